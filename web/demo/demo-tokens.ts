import { keepToken, takeToken, type TokenPlace } from "../page/token/token.ts";

export interface DemoTokens {
  worker: string;
  dashboard: string;
}

/** The two tokens of a demo link (`…#worker_token=…&dashboard_token=…`), or of its fragment alone. */
export function tokensInLink(link: string): DemoTokens | undefined {
  const fragment = new URLSearchParams(link.slice(link.indexOf("#") + 1).trim());
  const worker = fragment.get("worker_token");
  const dashboard = fragment.get("dashboard_token");
  return worker && dashboard ? { worker, dashboard } : undefined;
}

export function keepTokens(tokens: DemoTokens, place: Pick<TokenPlace, "storage">): void {
  keepToken("worker", tokens.worker, place);
  keepToken("dashboard", tokens.dashboard, place);
}

/** Those of the address, else those kept from before; undefined when one is missing. */
export function takeTokens(place: TokenPlace): DemoTokens | undefined {
  const given = tokensInLink(place.location.hash);
  if (given !== undefined) {
    keepTokens(given, place);
    place.history.replaceState(place.history.state, "", place.location.pathname);
  }
  const worker = takeToken("worker", place);
  const dashboard = takeToken("dashboard", place);
  return worker !== undefined && dashboard !== undefined ? { worker, dashboard } : undefined;
}
