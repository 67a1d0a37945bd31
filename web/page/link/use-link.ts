import { createContext, useContext } from "solid-js";
import type { DashboardLink } from "./dashboard-link.ts";

export const LinkContext = createContext<DashboardLink>();

export function useLink(): DashboardLink {
  const link = useContext(LinkContext);
  if (link === undefined) throw new Error("useLink needs a LinkContext above it");
  return link;
}
