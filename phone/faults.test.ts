import type { Size } from "./display.ts";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Adb } from "@yume-chan/adb";
import { breakPhone, mendPhone } from "./break-phone.ts";
import type { Fault, ZombieCure } from "./fault.ts";
import { makeRack, type Rack } from "./rack.ts";
import { decodeHeader } from "./adb/packet.ts";
import { makeCredentials } from "./testing/credentials.ts";
import { makeRig, type Rig } from "./testing/rig.ts";
import { randomBytes, readToEnd } from "./testing/streams.ts";
import { connectTango, fileOf } from "./testing/tango.ts";
import { plugPhone } from "./usb/usb-bus.ts";

/** Each fault at its boundary: what Tango, or the bare USB device, sees of it. */

let rig: Rig;
let rack: Rack;
let reboot: () => void;
beforeEach(() => {
  rig = makeRig();
  rig.unplug();
  rack = makeRack({
    switchOn(_model, onReboot) {
      reboot = onReboot;
      return rig.phone;
    },
    plugIn: (phone) => [plugPhone(rig.hub, phone)],
    onChange: () => undefined,
  });
  rack.add(rig.phone.model);
});
afterEach(() => {
  rack.close();
  rig.close();
});

const serial = "3B031JEHN00042";
const give = (fault: Fault) => breakPhone(rack, rig.phone, fault);
const mend = () => mendPhone(rack, rig.phone);
const names = () => rig.phone.faults.list().map(({ name }) => name);
const echo = async (adb: Adb) => await adb.subprocess.noneProtocol.spawnWaitText("echo in");
const isPlugged = () => rack.phones()[0]?.isPlugged;

/** Once the phone is back on the bus. */
async function connect(credentials = makeCredentials()): Promise<Adb> {
  await vi.waitFor(async () => expect(await rig.usb.getDevices()).toHaveLength(1));
  return await connectTango(rig.usb, { credentials });
}

async function firstDevice(): Promise<USBDevice> {
  const [device] = await rig.usb.getDevices();
  if (device === undefined) throw new Error("no phone on the bus");
  return device;
}

/** Whether it settles before so long; for what must not. */
async function settlesWithin(ms: number, promise: Promise<unknown>): Promise<boolean> {
  const never = Symbol("never");
  const late = new Promise((resolve) => setTimeout(() => resolve(never), ms));
  return (await Promise.race([promise.catch(() => undefined), late])) !== never;
}

describe("permission", () => {
  test("refused: nobody is let in, not even a computer that was known, until it is mended", async () => {
    const credentials = makeCredentials();
    rig.display.answer = "allow-always";
    const adb = await connect(credentials);
    give({ name: "refused" });
    await adb.disconnected.catch(() => undefined);
    expect(await settlesWithin(200, connect(credentials))).toBe(false);
    expect(rig.display.dialogs).toEqual([]);
    const refusing = await firstDevice();
    mend();
    rack.unplug(serial);
    rack.plug(serial);
    await vi.waitFor(async () => expect(await firstDevice()).not.toBe(refusing));
    expect(await echo(await connect(credentials))).toBe("in\n");
  });

  test("pending: its question waits, and is on the screen once it is mended", async () => {
    give({ name: "pending" });
    const connecting = connect();
    expect(await settlesWithin(200, connecting)).toBe(false);
    expect(rig.display.dialogs).toEqual([]);
    mend();
    await connecting;
    expect(rig.display.dialogs).toHaveLength(1);
  });

  test("forgotten: a known computer is thrown out and asked about again, once", async () => {
    const credentials = makeCredentials();
    rig.display.answer = "allow-always";
    for (const asked of [1, 2]) {
      give({ name: "forgotten" });
      const adb = await connect(credentials);
      expect(rig.display.dialogs).toHaveLength(asked);
      expect(names()).toEqual([]);
      if (asked === 2) break;
      give({ name: "forgotten" });
      await adb.disconnected.catch(() => undefined);
    }
  });
});

describe("the bus", () => {
  test("held: the phone is there and cannot be claimed, until it is mended", async () => {
    give({ name: "held" });
    const device = await firstDevice();
    await device.open();
    await expect(device.claimInterface(0)).rejects.toMatchObject({ name: "NetworkError" });
    mend();
    await device.claimInterface(0);
    expect(device.configuration?.interfaces[0]?.claimed).toBe(true);
  });

  test("held: who was there first is thrown out", async () => {
    const adb = await connect();
    give({ name: "held" });
    await adb.disconnected.catch(() => undefined);
    await expect(connect()).rejects.toThrow(/in use/i);
  });

  test("duplicate-serial: two phones with one number lie on the bus, and it has its own again once mended", async () => {
    const other = makeRig({ model: { serial: "OTHER" } });
    give({ name: "duplicate-serial", serial: "OTHER" });
    expect((await firstDevice()).serialNumber).toBe("OTHER");
    mend();
    await vi.waitFor(async () => expect((await firstDevice()).serialNumber).toBe(serial));
    other.close();
  });

  test("duplicate-serial: without another phone there is no such number", () => {
    expect(give({ name: "duplicate-serial" })).toBe("there is no other phone");
    expect(names()).toEqual([]);
  });

  test("reboot: the phone leaves and comes back by itself", () => {
    vi.useFakeTimers();
    give({ name: "zombie", cure: "reboot" });
    reboot();
    expect(isPlugged()).toBe(false);
    vi.runAllTimers();
    vi.useRealTimers();
    expect(isPlugged()).toBe(true);
    expect(names()).toEqual([]);
  });
});

describe("the cable", () => {
  const path = "/data/local/tmp/big";
  const big = randomBytes(300_000);
  const pull = async (adb: Adb) => await readToEnd((await adb.sync()).read(path));

  test("unplug-after: it falls out in the middle of a pull, and a replug is whole", async () => {
    rig.phone.android.files.write(path, big);
    const adb = await connect();
    give({ name: "unplug-after", bytes: 100_000 });
    await expect(pull(adb)).rejects.toBeInstanceOf(Error);
    expect(isPlugged()).toBe(false);
    rack.plug(serial);
    expect(await pull(await connect())).toEqual(big);
  });

  test("unplug-after: not before so many bytes", async () => {
    const adb = await connect();
    give({ name: "unplug-after", bytes: 100_000 });
    expect(await echo(adb)).toBe("in\n");
    expect(isPlugged()).toBe(true);
  });

  test("slow: bytes take their time both ways, and all of them come", async () => {
    const adb = await connect();
    give({ name: "slow", bytesPerSecond: 1_000_000 });
    const startedAt = performance.now();
    await (await adb.sync()).write({ filename: path, file: fileOf(big) });
    const pushedAt = performance.now();
    expect(pushedAt - startedAt).toBeGreaterThan(290);
    expect(await pull(adb)).toEqual(big);
    expect(performance.now() - pushedAt).toBeGreaterThan(290);
  });
});

describe("adbd hangs", () => {
  test("it neither reads nor writes, though it can be claimed anew", async () => {
    give({ name: "zombie", cure: "replug" });
    const device = await firstDevice();
    await device.open();
    await device.claimInterface(0);
    expect(await settlesWithin(100, device.transferOut(1, new Uint8Array(24)))).toBe(false);
    expect(await settlesWithin(100, device.transferIn(1, 512))).toBe(false);
    await device.close();
    await device.open();
    await device.claimInterface(0);
    expect(await settlesWithin(100, device.transferOut(1, new Uint8Array(24)))).toBe(false);
  });

  test("a hang that ends loses nothing", async () => {
    const adb = await connect();
    give({ name: "zombie", cure: { afterMs: 100 } });
    const asked = echo(adb);
    expect(await settlesWithin(50, asked)).toBe(false);
    expect(await asked).toBe("in\n");
    expect(names()).toEqual([]);
  });

  test.each<[ZombieCure, "reset" | "replug", boolean]>([
    ["reset", "reset", true],
    ["replug", "reset", false],
    ["replug", "replug", true],
    ["reset", "replug", true],
    ["reboot", "replug", false],
  ])("one that a %s cures, after a %s: well is %s", async (cure, remedy, isWell) => {
    give({ name: "zombie", cure });
    if (remedy === "reset") {
      const device = await firstDevice();
      await device.open();
      await device.reset();
      await device.close();
    } else {
      rack.unplug(serial);
      rack.plug(serial);
    }
    expect(names()).toEqual(isWell ? [] : ["zombie"]);
    expect(await settlesWithin(500, connect())).toBe(isWell);
  });
});

describe("a packet", () => {
  /** The header that answers CNXN, and what comes after it. */
  async function greet() {
    const device = await firstDevice();
    await device.open();
    await device.claimInterface(0);
    const payload = new TextEncoder().encode("host::");
    // prettier-ignore
    await device.transferOut(1, Uint8Array.of(
      0x43, 0x4e, 0x58, 0x4e, // CNXN
      0x01, 0x00, 0x00, 0x01, // version
      0x00, 0x00, 0x10, 0x00, // longest payload
      0x06, 0x00, 0x00, 0x00, // length
      0x00, 0x00, 0x00, 0x00, // checksum
      0xbc, 0xb1, 0xa7, 0xb1, // magic
    ));
    await device.transferOut(1, payload);
    const header = new Uint8Array((await device.transferIn(1, 512)).data?.buffer ?? new ArrayBuffer());
    const { data, status } = await device.transferIn(1, 4096);
    return { header, status, length: data?.byteLength ?? 0 };
  }

  const lengthIn = (header: Uint8Array) => new DataView(header.buffer).getUint32(12, true);

  test("wrong-magic: one header is none, and the next is right again", async () => {
    give({ name: "wrong-magic" });
    const { header } = await greet();
    expect(decodeHeader(header)).toMatchObject({ isGenuine: false });
    expect(header.subarray(0, 4)).toEqual(new TextEncoder().encode("CNXN"));
    expect(names()).toEqual([]);
    expect(decodeHeader((await greet()).header)).toMatchObject({ isGenuine: true });
  });

  test.each([
    [1000, 1000],
    [-10, -10],
    [-1_000_000, 0],
  ])("wrong-length: a header says %i bytes more than come", async (excessBytes) => {
    give({ name: "wrong-length", excessBytes });
    const { header, length } = await greet();
    expect(lengthIn(header)).toBe(Math.max(0, length + excessBytes));
    expect(names()).toEqual([]);
  });

  test("short-read: fewer bytes come than the header says, and the transfer ends", async () => {
    give({ name: "short-read" });
    const { header, length, status } = await greet();
    expect(status).toBe("ok");
    expect(length).toBeGreaterThan(0);
    expect(length).toBeLessThan(lengthIn(header));
    expect(names()).toEqual([]);
  });
});

describe("the system", () => {
  test("disk-full: a push fails as on a full disk, what is there is still read, and mended it goes", async () => {
    const adb = await connect();
    const push = async () => {
      await (await adb.sync()).write({ filename: "/sdcard/Download/a", file: fileOf(randomBytes(1000)) });
    };
    give({ name: "disk-full" });
    await expect(push()).rejects.toThrow("write failed: No space left on device");
    expect(await adb.subprocess.noneProtocol.spawnWaitText("cat /proc/loadavg")).toContain("0.42");
    mend();
    await push();
    expect(rig.phone.android.files.stat("/sdcard/Download/a")).toMatchObject({ value: { size: 1000 } });
  });

  test("clock-jump: the clock jumps, on the screen too, and the time since the start does not", async () => {
    const adb = await connect();
    const run = async (line: string) => await adb.subprocess.noneProtocol.spawnWaitText(line);
    give({ name: "clock-jump", ms: 400 * 86_400_000 });
    expect(Number(await run("date +%Y"))).toBeGreaterThan(new Date().getFullYear());
    expect(Number((await run("cat /proc/uptime")).split(" ")[0])).toBeLessThan(60);
    expect(await run("dumpsys battery")).toContain(`level: ${rig.phone.model.battery}`);
    expect(rig.display.clockAheadMs).toBe(400 * 86_400_000);
    mend();
    expect(Number(await run("date +%Y"))).toBe(new Date().getFullYear());
    expect(rig.display.clockAheadMs).toBe(0);
  });

  test("encoder-fails: at the size that is named, or at that of the next picture", () => {
    const canEncode = (size: Size) => rig.phone.android.canEncode(size, "c2.android.avc.encoder");
    const [small, large] = [
      { width: 240, height: 528 },
      { width: 1280, height: 576 },
    ];
    give({ name: "encoder-fails", longEdge: 1280 });
    expect([canEncode(small), canEncode(large)]).toEqual([true, false]);
    give({ name: "encoder-fails" });
    expect([canEncode(small), canEncode(large), canEncode(small)]).toEqual([false, true, false]);
    mend();
    expect([canEncode(small), canEncode(large)]).toEqual([true, true]);
  });

  test("encoder-refuses: the default one at any size, or all of them", () => {
    const { android, model } = rig.phone;
    const size = { width: 240, height: 528 };
    const refusing = () => model.h264Encoders.filter((name) => !android.canEncode(size, name));
    expect(refusing()).toEqual([]);
    give({ name: "encoder-refuses", which: "default" });
    expect(refusing()).toEqual(["c2.exynos.h264.encoder"]);
    give({ name: "encoder-refuses", which: "all" });
    expect(refusing()).toEqual(model.h264Encoders);
    mend();
    expect(refusing()).toEqual([]);
  });
});
