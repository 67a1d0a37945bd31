import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { DeviceState } from "../../../protocol/device-state.ts";
import type { DeviceSession } from "../device/device-session.ts";
import { makeFleet } from "./fleet.ts";
import { serialNumberFor } from "./serial-number.ts";

beforeEach(() => void vi.useFakeTimers({ now: 0 }));
afterEach(() => void vi.useRealTimers());

function makeDevice(serialNumber: string, interfaceClass = 0xff): USBDevice {
  const endpoints = [
    { direction: "in", endpointNumber: 1, packetSize: 512, type: "bulk" },
    { direction: "out", endpointNumber: 1, packetSize: 512, type: "bulk" },
  ];
  const alternate = { interfaceClass, interfaceSubclass: 0x42, interfaceProtocol: 1, endpoints };
  const interfaces = [{ interfaceNumber: 0, alternate, alternates: [alternate], claimed: false }];
  const device: unknown = {
    serialNumber,
    vendorId: 0x18d1,
    productId: 0x4ee7,
    productName: "Pixel 8",
    manufacturerName: "Google",
    configurations: [{ configurationValue: 1, interfaces }],
  };
  // What the fleet looks at of a device.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return device as USBDevice;
}

function makeRig() {
  const devices: USBDevice[] = [];
  const target = new EventTarget();
  let listMs = 0;
  let unplugMs = 0;
  const getDevices = async (): Promise<USBDevice[]> => {
    const list = [...devices];
    if (listMs > 0) await new Promise((resolve) => setTimeout(resolve, listMs));
    return list;
  };
  const bus: unknown = Object.assign(target, { getDevices });
  const log: string[] = [];
  const fleet = makeFleet({
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    usb: bus as USB,
    onChange: () => undefined,
    openLinkOf: () => () => Promise.reject(new Error("not here")),
    makeSession: (serialNumber): DeviceSession => {
      let state: DeviceState = { kind: "unclaimed" };
      return {
        state: () => state,
        recovery: () => ({ taken: {}, skipped: {} }),
        stream: () => undefined,
        plug: () => {
          state = { kind: "unclaimed" };
          log.push(`plug ${serialNumber}`);
        },
        unplug: async () => {
          state = { kind: "lost", sinceMs: Date.now(), problem: { code: "UNPLUGGED" } };
          log.push(`unplug ${serialNumber}`);
          if (unplugMs > 0) await new Promise((resolve) => setTimeout(resolve, unplugMs));
        },
        claimNow: (isAskedAgain) => void log.push(`claim ${serialNumber} ${isAskedAgain}`),
        command: () => undefined,
        watch: () => undefined,
        setShares: () => undefined,
        refresh: () => undefined,
        onWireFree: () => undefined,
        onWireNew: () => undefined,
        openControl: () => undefined,
        takeControl: () => undefined,
        closeControl: () => undefined,
      };
    },
  });
  fleet.hold();
  const fire = (type: string, device: USBDevice): unknown =>
    target.dispatchEvent(Object.assign(new Event(type), { device }));
  return {
    devices,
    fleet,
    log,
    /** How long USB takes to answer with what it had when it was asked. */
    answerAfter: (waitMs: number) => (listMs = waitMs),
    unplugTakes: (ms: number) => (unplugMs = ms),
    plug: (device: USBDevice) => {
      devices.push(device);
      fire("connect", device);
    },
    unplug: (device: USBDevice) => {
      devices.splice(devices.indexOf(device), 1);
      fire("disconnect", device);
    },
  };
}

describe("the fleet", () => {
  test("takes every granted phone by itself, and again after a replug, and nothing else", async () => {
    const rig = makeRig();
    const first = makeDevice("A");
    rig.plug(first);
    rig.plug(makeDevice("a mouse", 3));
    await vi.advanceTimersByTimeAsync(0);
    expect(rig.log).toEqual(["plug A"]);
    rig.unplug(first);
    expect(rig.fleet.memberOf("A")?.session.state()).toMatchObject({ kind: "lost" });
    rig.plug(makeDevice("A"));
    await vi.advanceTimersByTimeAsync(0);
    expect(rig.log).toEqual(["plug A", "unplug A", "plug A"]);
    expect(rig.fleet.members()).toHaveLength(1);
  });

  test("notices within a minute what no event told", async () => {
    const rig = makeRig();
    const phone = makeDevice("A");
    rig.devices.push(phone);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(rig.log).toEqual(["plug A"]);
    rig.devices.splice(0);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(rig.log).toEqual(["plug A", "unplug A"]);
  });

  test("does not bring back a phone that was pulled while USB was listing", async () => {
    const rig = makeRig();
    const phone = makeDevice("A");
    rig.plug(phone);
    await vi.advanceTimersByTimeAsync(0);
    rig.answerAfter(100);
    rig.fleet.claim();
    rig.unplug(phone);
    await vi.advanceTimersByTimeAsync(1000);
    rig.plug(makeDevice("A"));
    await vi.advanceTimersByTimeAsync(1000);
    expect(rig.log).toEqual(["plug A", "claim A false", "unplug A", "plug A"]);
    expect(rig.fleet.members().map(({ serialNumber }) => serialNumber)).toEqual(["A"]);
  });

  test("forgets a phone that stays away", async () => {
    const rig = makeRig();
    const phone = makeDevice("A");
    rig.plug(phone);
    await vi.advanceTimersByTimeAsync(0);
    rig.unplug(phone);
    await vi.advanceTimersByTimeAsync(500_000);
    expect(rig.fleet.members()).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(200_000);
    expect(rig.fleet.members()).toHaveLength(0);
  });

  test("asks again only the phone that a person meant", async () => {
    const rig = makeRig();
    rig.plug(makeDevice("A"));
    rig.plug(makeDevice("B"));
    await vi.advanceTimersByTimeAsync(0);
    rig.log.splice(0);
    rig.fleet.claim("B");
    expect(rig.log).toEqual(["claim B true"]);
    rig.fleet.claim();
    expect(rig.log).toEqual(["claim B true", "claim A false", "claim B false"]);
  });

  test("lets go of every phone, and claims none until it may hold them", async () => {
    const rig = makeRig();
    rig.plug(makeDevice("A"));
    await vi.advanceTimersByTimeAsync(0);
    await rig.fleet.letGo();
    rig.plug(makeDevice("B"));
    rig.fleet.claim();
    await vi.advanceTimersByTimeAsync(120_000);
    expect(rig.log).toEqual(["plug A", "unplug A"]);
    expect(rig.fleet.members()).toEqual([]);
  });

  test("holds every phone again, none before it was let go of, and knows none until USB has told", async () => {
    const rig = makeRig();
    rig.plug(makeDevice("A"));
    await vi.advanceTimersByTimeAsync(0);
    rig.unplugTakes(100);
    void rig.fleet.letGo();
    rig.fleet.hold();
    await vi.advanceTimersByTimeAsync(99);
    expect(rig.log).toEqual(["plug A", "unplug A"]);
    expect(rig.fleet.hasLooked()).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(rig.log).toEqual(["plug A", "unplug A", "plug A"]);
    expect(rig.fleet.hasLooked()).toBe(true);
  });
});

describe("a phone's name", () => {
  const ids = { vendorId: 0x18d1, productId: 0x4ee7 };
  test("is its serial number", () => {
    expect(serialNumberFor({ serialNumber: " A1\0", ...ids }, new Set())).toBe("A1");
  });
  test("is made up when it has none", () => {
    expect(serialNumberFor({ serialNumber: null, ...ids }, new Set())).toBe("no-serial-18d1-4ee7");
    expect(serialNumberFor({ serialNumber: "", ...ids }, new Set(["no-serial-18d1-4ee7"]))).toBe(
      "no-serial-18d1-4ee7-2",
    );
  });
  test("is told apart from another's with the same serial number", () => {
    expect(serialNumberFor({ serialNumber: "0123456789ABCDEF", ...ids }, new Set(["0123456789ABCDEF"]))).toBe(
      "0123456789ABCDEF-2",
    );
  });
});
