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

/** Every granted phone, while it holds them claimed by itself and again after each replug. */
export interface Fleet {
  /** Claims every granted device from now on. */
  hold(): void;
  /** Lets go of every device and knows none until `hold`. Resolves when they are free for others. */
  letGo(): Promise<void>;
  members(): FleetMember[];
  /** USB has told what is plugged since `hold`; before that, no members means nothing. */
  hasLooked(): boolean;
  memberOf(serialNumber: string): FleetMember | undefined;
  /** Looks at every granted device now and ends the waits of those that could not be claimed. */
  claim(serialNumber?: string): void;
}

export function makeFleet(needs: FleetNeeds): Fleet {
  const { usb } = needs;
  const granted = new AdbDaemonWebUsbDeviceManager(usb);
  const members = new Map<string, FleetMember>();
  /** What is plugged now. The browser keeps one object a device for as long as it is plugged. */
  const plugged = new Map<USBDevice, FleetMember>();
  let isHolding = false;
  let released: Promise<unknown> = Promise.resolve();
  let timer: ReturnType<typeof setInterval> | undefined;
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
    // What is not let go of yet cannot be claimed anew.
    await released;
    const present = await granted.getDevices().catch(() => undefined);
    if (!isHolding) return;
    hasLooked = true;
    // A list from before a cable moved would bring back the phone that was just pulled; a later look is under way.
    if (present === undefined || look !== looks) return;
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

  return {
    hold: () => {
      if (isHolding) return;
      isHolding = true;
      usb.addEventListener("connect", onConnect);
      usb.addEventListener("disconnect", onDisconnect);
      timer = setInterval(() => void reconcile(), reconcileMs);
      void reconcile();
    },
    letGo: async () => {
      if (isHolding) {
        isHolding = false;
        hasLooked = false;
        clearInterval(timer);
        usb.removeEventListener("connect", onConnect);
        usb.removeEventListener("disconnect", onDisconnect);
        released = Promise.all([...plugged.values()].map(async (member) => member.session.unplug()));
        plugged.clear();
        members.clear();
        needs.onChange();
      }
      await released;
    },
    members: () => [...members.values()],
    hasLooked: () => hasLooked,
    memberOf: (serialNumber) => members.get(serialNumber),
    claim: (serialNumber) => {
      for (const member of plugged.values()) {
        const isMeant = serialNumber === undefined || member.serialNumber === serialNumber;
        if (isMeant) member.session.claimNow(serialNumber !== undefined);
      }
      if (isHolding) void reconcile();
    },
  };
}
