import { createSignal, onCleanup, type Accessor } from "solid-js";

/** Which device is in focus. */
export interface DashboardRoute {
  deviceId: Accessor<string | undefined>;
  open(deviceId: string | undefined): void;
}

/** Kept by itself, for a dashboard that does not own the address bar. */
export function createMemoryRoute(): DashboardRoute {
  const [deviceId, open] = createSignal<string>();
  return { deviceId, open };
}

/** `?device=<device_id>`: a link that a colleague can open; the back button closes the focus. */
export function createAddressRoute(): DashboardRoute {
  const [deviceId, setDeviceId] = createSignal(readDevice());
  const look = () => setDeviceId(readDevice());
  addEventListener("popstate", look);
  onCleanup(() => removeEventListener("popstate", look));
  return {
    deviceId,
    open(next) {
      if (next === deviceId()) return;
      const address = new URL(location.href);
      if (next === undefined) address.searchParams.delete("device");
      else address.searchParams.set("device", next);
      history.pushState(null, "", address);
      setDeviceId(next);
    },
  };
}

function readDevice(): string | undefined {
  return new URLSearchParams(location.search).get("device") ?? undefined;
}
