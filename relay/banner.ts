import type { FarmTokens } from "./auth/authenticate.ts";
import { bracketed } from "./start.ts";

export interface BannerNeeds {
  host: string;
  port: number;
  tokens: FarmTokens;
  /** This machine's addresses in its networks, for a relay that listens on all of them. */
  networkAddresses: string[];
  isWebAppBuilt: boolean;
}

/** What the operator sees first: links that work when clicked. Tokens stand in the fragment, which no server sees. */
export function makeBanner({ host, port, tokens, networkAddresses, isWebAppBuilt }: BannerNeeds): string {
  const isEverywhere = host === "0.0.0.0" || host === "::";
  const base = originOf(isEverywhere ? "localhost" : host, port);
  const demo = new URLSearchParams({ worker_token: tokens.worker, dashboard_token: tokens.dashboard });
  const worker = new URLSearchParams({ token: tokens.worker });
  const dashboard = new URLSearchParams({ token: tokens.dashboard });
  const lines = [
    "Tabfarm is running. Ctrl-C stops it.",
    "",
    `  demo       ${base}/demo#${demo.toString()}`,
    `  worker     ${base}/worker#${worker.toString()}`,
    `  dashboard  ${base}/dashboard#${dashboard.toString()}`,
    "",
  ];
  if (isEverywhere) {
    lines.push("From other machines (WebUSB and live pictures need https or localhost there):");
    for (const address of networkAddresses) {
      lines.push(`  dashboard  ${originOf(address, port)}/dashboard#${dashboard.toString()}`);
    }
    lines.push("");
  }
  if (!isWebAppBuilt) lines.push("The web app is not built yet: run `npm run build`, then open a link.", "");
  return lines.join("\n");
}

function originOf(host: string, port: number): string {
  return `http://${bracketed(host)}:${port}`;
}
