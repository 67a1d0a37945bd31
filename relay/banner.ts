import type { FarmTokens } from "./auth/authenticate.ts";
import { bracketed } from "./start.ts";

export interface BannerNeeds {
  host: string;
  port: number;
  /** Absent when neither lets anybody in. */
  tokens: FarmTokens | undefined;
  isTls: boolean;
  /** This machine's addresses in its networks, for a relay that listens on all of them. */
  networkAddresses: string[];
  isWebAppBuilt: boolean;
}

/** What the operator sees first: links that work when clicked. Tokens stand in the fragment, which no server sees. */
export function makeBanner(needs: BannerNeeds): string {
  const { host, port, tokens, isTls, networkAddresses, isWebAppBuilt } = needs;
  const isEverywhere = host === "0.0.0.0" || host === "::";
  const originOf = (name: string): string => `${isTls ? "https" : "http"}://${bracketed(name)}:${port}`;
  const base = originOf(isEverywhere ? "localhost" : host);
  const lines = ["Tabfarm is running. Ctrl-C stops it.", ""];
  if (tokens !== undefined) {
    const both = { worker_token: tokens.worker, dashboard_token: tokens.dashboard };
    lines.push(`  demo       ${base}/demo${fragmentOf(both)}`);
  }
  const dashboard = `/dashboard${fragmentOf(tokens && { token: tokens.dashboard })}`;
  lines.push(
    `  worker     ${base}/worker${fragmentOf(tokens && { token: tokens.worker })}`,
    `  dashboard  ${base}${dashboard}`,
    "",
  );
  if (isEverywhere) {
    const lack = isTls ? "" : " (WebUSB and live pictures need https or localhost there)";
    lines.push(`From other machines${lack}:`);
    for (const address of networkAddresses) lines.push(`  dashboard  ${originOf(address)}${dashboard}`);
    lines.push("");
  }
  if (!isWebAppBuilt) lines.push("The web app is not built yet: run `npm run build`, then open a link.", "");
  return lines.join("\n");
}

function fragmentOf(fields: Record<string, string> | undefined): string {
  return fields === undefined ? "" : `#${new URLSearchParams(fields).toString()}`;
}
