// @vitest-environment happy-dom
import { createRoot } from "solid-js";
import { expect, test } from "vitest";
import { createAddressRoute } from "./dashboard-route.ts";

test("a place is an address that can be opened, and the back button goes back", () => {
  history.replaceState(null, "", "/dashboard/audit?device=a%20b");
  createRoot((dispose) => {
    const route = createAddressRoute();
    expect(route.place()).toEqual({ page: "audit", deviceId: "a b" });
    route.go({ page: "wall", deviceId: "c" });
    expect(location.pathname + location.search).toBe("/dashboard?device=c");
    history.replaceState(null, "", "/dashboard/audit");
    dispatchEvent(new PopStateEvent("popstate"));
    expect(route.place()).toEqual({ page: "audit", deviceId: undefined });
    dispose();
  });
});
