import { keepToken, takeToken, type TokenPlace } from "../page/token/token.ts";

/** The two tokens of a demo link (`#worker_token=…&dashboard_token=…`), else those kept from before. */
export function takeTokens(place: TokenPlace): { worker: string; dashboard: string } {
  const fragment = new URLSearchParams(place.location.hash.slice(1));
  for (const role of ["worker", "dashboard"] as const) {
    const given = fragment.get(`${role}_token`);
    if (given) keepToken(role, given, place);
  }
  if (fragment.size > 0) place.history.replaceState(place.history.state, "", place.location.pathname);
  return { worker: takeToken("worker", place) ?? "", dashboard: takeToken("dashboard", place) ?? "" };
}
