import { createSignal, onCleanup, type Accessor } from "solid-js";

/** What a dashboard shows: the wall with the device in focus, or the audit trail, perhaps of one device. */
export interface Place {
  page: "wall" | "audit";
  deviceId?: string | undefined;
}

export interface DashboardRoute {
  place: Accessor<Place>;
  go(place: Place): void;
}

/** Kept by itself, for a dashboard that does not own the address bar. */
export function createMemoryRoute(): DashboardRoute {
  const [place, go] = createSignal<Place>({ page: "wall" });
  return { place, go };
}

/** `/dashboard?device=<device_id>`, `/dashboard/audit`: links that a colleague can open; the back button goes back. */
export function createAddressRoute(): DashboardRoute {
  const [place, setPlace] = createSignal(readPlace());
  const look = () => setPlace(readPlace());
  addEventListener("popstate", look);
  onCleanup(() => removeEventListener("popstate", look));
  return {
    place,
    go(next) {
      const address = addressOf(next);
      if (address === addressOf(place())) return;
      history.pushState(null, "", address);
      setPlace(next);
    },
  };
}

/** Where a link to a place leads when it is opened in a tab of its own. */
export function addressOf({ page, deviceId }: Place): string {
  const path = page === "audit" ? "/dashboard/audit" : "/dashboard";
  return deviceId === undefined ? path : `${path}?device=${encodeURIComponent(deviceId)}`;
}

function readPlace(): Place {
  return {
    page: location.pathname.startsWith("/dashboard/audit") ? "audit" : "wall",
    deviceId: new URLSearchParams(location.search).get("device") ?? undefined,
  };
}
