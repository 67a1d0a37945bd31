import { AdbDaemonWebUsbDeviceManager, type AdbDaemonWebUsbDevice } from "@yume-chan/adb-daemon-webusb";
import type { DeviceSession } from "../device/device-session.ts";
import type { OpenLink } from "../device/device-link.ts";
import { serialNumberFor } from "./serial-number.ts";

const reconcileMs = 60_000;
/** How long the page shows a device that was unplugged and did not come back. */
const keepLostMs = 600_000;

export interface FleetNeeds {
  usb: USB;
  makeSession(serialNumber: string): DeviceSession;
  openLinkOf(device: AdbDaemonWebUsbDevice): OpenLink;
  /** Devices came or went. */
  onChange(): void;
}

/** A device of this PC, plugged in or lately so. */
export interface FleetMember {
  serialNumber: string;
  /** What USB says of it. */
  productName: string;
  manufacturerName: string;
  session: DeviceSession;
}

/** Every granted phone, claimed by itself and again after each replug. */
export interface Fleet {
  members(): FleetMember[];
  /** USB has told once what is plugged; before that, no members means nothing. */
  hasLooked(): boolean;
  memberOf(serialNumber: string): FleetMember | undefined;
  /** Looks at every granted device now and ends the waits of those that could not be claimed. */
  claim(serialNumber?: string): void;
  /** Resolves when every device is let go of. */
  stop(): Promise<void>;
}

export function startFleet(needs: FleetNeeds): Fleet {
  const { usb } = needs;
  const granted = new AdbDaemonWebUsbDeviceManager(usb);
  const members = new Map<string, FleetMember>();
  /** What is plugged now. The browser keeps one object a device for as long as it is plugged. */
  const plugged = new Map<USBDevice, FleetMember>();
  let isStopped = false;
  let looks = 0;
  let hasLooked = false;

  function add(device: AdbDaemonWebUsbDevice): void {
    const taken = new Set([...plugged.values()].map((member) => member.serialNumber));
    const serialNumber = serialNumberFor(device.raw, taken);
    const session = members.get(serialNumber)?.session ?? needs.makeSession(serialNumber);
    const member: FleetMember = {
      serialNumber,
      productName: device.raw.productName ?? "",
      manufacturerName: device.raw.manufacturerName ?? "",
      session,
    };
    members.set(serialNumber, member);
    plugged.set(device.raw, member);
    session.plug(needs.openLinkOf(device));
  }

  function remove(raw: USBDevice): void {
    const member = plugged.get(raw);
    if (member === undefined) return;
    plugged.delete(raw);
    void member.session.unplug();
    needs.onChange();
  }

  /** Makes what we hold what USB has: catches events that were missed while the machine slept. */
  async function reconcile(): Promise<void> {
    looks += 1;
    const look = looks;
    const present = await granted.getDevices().catch(() => undefined);
    hasLooked = true;
    // A list from before a cable moved would bring back the phone that was just pulled; a later look is under way.
    if (present === undefined || look !== looks || isStopped) return;
    const raws = new Set(present.map((device) => device.raw));
    for (const raw of plugged.keys()) if (!raws.has(raw)) remove(raw);
    for (const device of present) if (!plugged.has(device.raw)) add(device);
    forgetLost();
    needs.onChange();
  }

  function forgetLost(): void {
    for (const [serialNumber, { session }] of members) {
      const state = session.state();
      const isOld = state.kind === "lost" && Date.now() - state.sinceMs > keepLostMs;
      if (isOld && session.stream() === undefined) members.delete(serialNumber);
    }
  }

  const onConnect = (): void => void reconcile();
  const onDisconnect = (event: USBConnectionEvent): void => {
    remove(event.device);
    void reconcile();
  };
  usb.addEventListener("connect", onConnect);
  usb.addEventListener("disconnect", onDisconnect);
  const timer = setInterval(() => void reconcile(), reconcileMs);
  void reconcile();

  return {
    members: () => [...members.values()],
    hasLooked: () => hasLooked,
    memberOf: (serialNumber) => members.get(serialNumber),
    claim: (serialNumber) => {
      for (const member of plugged.values()) {
        const isMeant = serialNumber === undefined || member.serialNumber === serialNumber;
        if (isMeant) member.session.claimNow(serialNumber !== undefined);
      }
      void reconcile();
    },
    stop: async () => {
      isStopped = true;
      clearInterval(timer);
      usb.removeEventListener("connect", onConnect);
      usb.removeEventListener("disconnect", onDisconnect);
      await Promise.all([...plugged.values()].map(async (member) => member.session.unplug()));
      plugged.clear();
    },
  };
}
