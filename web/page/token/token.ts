export type Role = "worker" | "dashboard";

/** What of the browser the token is read from and kept in. */
export interface TokenPlace {
  location: Pick<Location, "hash" | "pathname" | "search">;
  history: Pick<History, "replaceState" | "state">;
  storage: Pick<Storage, "getItem" | "setItem" | "removeItem">;
}

const keyOf = (role: Role) => `tabfarm.${role}-token`;

/**
 * The token of the fragment (`#token=…`), else the one kept from before. The fragment is taken out of the address bar,
 * so that a shared screen or a copied address does not give the farm away.
 */
export function takeToken(role: Role, place: TokenPlace): string | undefined {
  const fragment = new URLSearchParams(place.location.hash.slice(1));
  const given = fragment.get("token")?.trim();
  if (given === undefined || given === "") return place.storage.getItem(keyOf(role)) ?? undefined;
  fragment.delete("token");
  const rest = fragment.toString();
  const address = place.location.pathname + place.location.search + (rest === "" ? "" : `#${rest}`);
  place.history.replaceState(place.history.state, "", address);
  keepToken(role, given, place);
  return given;
}

export function keepToken(role: Role, token: string, place: Pick<TokenPlace, "storage">): void {
  place.storage.setItem(keyOf(role), token);
}

export function dropToken(role: Role, place: Pick<TokenPlace, "storage">): void {
  place.storage.removeItem(keyOf(role));
}

/** People paste the whole link as often as the token alone. */
export function tokenInPasted(pasted: string): string | undefined {
  const text = pasted.trim();
  const inLink = /[#&]token=([^&\s]+)/.exec(text)?.[1];
  const token = inLink === undefined ? text : decodeURIComponent(inLink);
  return token === "" || /\s/.test(token) ? undefined : token;
}
