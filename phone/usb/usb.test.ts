import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { command, decodeHeader, encodeHeader, maxPayload } from "../adb/packet.ts";
import { makeRig, type Rig } from "../testing/rig.ts";

let rig: Rig;
let device: USBDevice;
beforeEach(async () => {
  rig = makeRig();
  const [first] = await rig.usb.getDevices();
  if (!first) throw new Error("no phone");
  device = first;
});
afterEach(() => rig.close());

const named = (name: string) => expect.objectContaining({ name });
const connectPayload = new TextEncoder().encode("host::features=shell_v2");
const connectHeader = encodeHeader(
  { command: command.connect, arg0: 0x01000001, arg1: maxPayload, payload: connectPayload },
  { withChecksum: false },
);

async function claim(): Promise<void> {
  await device.open();
  await device.claimInterface(0);
}

/** The next header, read as Tango does. */
async function readHeader() {
  const { data, status } = await device.transferIn(1, 512);
  expect(status).toBe("ok");
  return data && decodeHeader(new Uint8Array(data.buffer));
}

test("the phone shows itself as an Android phone with one ADB interface", () => {
  expect(device).toMatchObject({
    vendorId: 0x18d1,
    serialNumber: "3B031JEHN00042",
    productName: "Pixel 8",
    manufacturerName: "Google",
  });
  expect(device.configuration?.interfaces[0]?.alternate).toMatchObject({
    interfaceClass: 0xff,
    interfaceSubclass: 0x42,
    interfaceProtocol: 0x01,
    endpoints: [
      { direction: "in", type: "bulk", packetSize: 512 },
      { direction: "out", type: "bulk", packetSize: 512 },
    ],
  });
});

test("one plugging-in is one device object", async () => {
  expect((await rig.usb.getDevices())[0]).toBe(device);
});

test("what needs an open device or a claimed interface says so with Chrome's errors", async () => {
  await expect(device.claimInterface(0)).rejects.toEqual(named("InvalidStateError"));
  await device.open();
  await expect(device.claimInterface(3)).rejects.toEqual(named("NotFoundError"));
  await expect(device.transferIn(1, 512)).rejects.toEqual(named("NotFoundError"));
  await expect(device.selectAlternateInterface(0, 0)).rejects.toEqual(named("InvalidStateError"));
  await device.claimInterface(0);
  expect(device.configuration?.interfaces[0]?.claimed).toBe(true);
  await expect(device.transferIn(2, 512)).rejects.toEqual(named("NotFoundError"));
});

test("another computer cannot claim what is claimed, and can once it is released or closed", async () => {
  await claim();
  const [other] = await rig.addComputer().getDevices();
  await other?.open();
  await expect(other?.claimInterface(0)).rejects.toEqual(named("NetworkError"));
  await device.close();
  await other?.claimInterface(0);
  await device.open();
  await expect(device.claimInterface(0)).rejects.toEqual(named("NetworkError"));
});

test("a read waits until the phone has something to say", async () => {
  await claim();
  const header = readHeader();
  await device.transferOut(1, connectHeader);
  await device.transferOut(1, connectPayload);
  expect(await header).toMatchObject({ command: command.connect, arg0: 0x01000001 });
});

test("a payload is a transfer of its own, and one too short a read is a babble", async () => {
  await claim();
  await device.transferOut(1, connectHeader);
  await device.transferOut(1, connectPayload);
  await readHeader();
  expect(await device.transferIn(1, 10)).toMatchObject({ status: "babble" });
});

test("a payload of whole packets ends without an empty one, and the computer's empty ones are skipped", async () => {
  await claim();
  await device.transferOut(1, connectHeader);
  await device.transferOut(1, connectPayload);
  const banner = await readHeader();
  await device.transferIn(1, banner?.payloadLength ?? 0);
  rig.phone.android.files.write("/data/local/tmp/exact", new Uint8Array(1024));
  const destination = new TextEncoder().encode("exec:cat /data/local/tmp/exact".padEnd(512, "\0"));
  await device.transferOut(
    1,
    encodeHeader({ command: command.open, arg0: 5, arg1: 0, payload: destination }, { withChecksum: false }),
  );
  await device.transferOut(1, destination);
  await device.transferOut(1, new Uint8Array());
  expect(await readHeader()).toMatchObject({ command: command.okay, arg1: 5 });
  const write = await readHeader();
  expect(write).toMatchObject({ command: command.write, payloadLength: 1024 });
  expect((await device.transferIn(1, 1024)).data?.byteLength).toBe(1024);
  await device.transferOut(
    1,
    encodeHeader(
      { command: command.okay, arg0: 5, arg1: write?.arg0 ?? 0, payload: new Uint8Array() },
      { withChecksum: false },
    ),
  );
  expect(await readHeader()).toMatchObject({ command: command.close });
});

test("transfers that wait are cancelled by close and lost with the cable", async () => {
  await claim();
  const cancelled = device.transferIn(1, 512).catch((error: unknown) => error);
  await device.close();
  expect(await cancelled).toEqual(named("AbortError"));
  await claim();
  const lost = device.transferIn(1, 512).catch((error: unknown) => error);
  rig.unplug();
  expect(await lost).toEqual(named("NotFoundError"));
  await expect(device.open()).rejects.toEqual(named("NotFoundError"));
  expect(device.opened).toBe(false);
});

test("a replug is a new device object and a connect event", async () => {
  const events: string[] = [];
  rig.usb.onconnect = ({ device: { serialNumber } }) => events.push(`connect ${serialNumber}`);
  rig.usb.ondisconnect = ({ device: gone }) => events.push(`disconnect ${gone === device}`);
  rig.unplug();
  rig.plug();
  await vi.waitFor(() => expect(events).toEqual(["disconnect true", "connect 3B031JEHN00042"]));
  const [again] = await rig.usb.getDevices();
  expect(again).not.toBe(device);
});

test("what an earlier program left unread is read by the next one, as on a real bus", async () => {
  await claim();
  await device.transferOut(1, connectHeader);
  await device.transferOut(1, connectPayload);
  await device.close();
  await claim();
  const stale = await readHeader();
  expect(stale).toMatchObject({ command: command.connect });
  await device.transferIn(1, stale?.payloadLength ?? 0);
  const header = readHeader();
  await device.transferOut(1, connectHeader);
  await device.transferOut(1, connectPayload);
  expect(await header).toMatchObject({ command: command.connect });
});

test("a reset ends what ran over the interface, and the function starts anew", async () => {
  await claim();
  await device.transferOut(1, connectHeader);
  await device.transferOut(1, connectPayload);
  await device.reset();
  // The old banner is gone with the old connection: only a new CNXN brings one.
  const header = readHeader();
  await device.transferOut(1, connectHeader);
  await device.transferOut(1, connectPayload);
  expect(await header).toMatchObject({ command: command.connect });
});

test("nonsense on the wire does not stop the phone", async () => {
  await claim();
  for (const bytes of [
    new Uint8Array(3),
    new Uint8Array(24).fill(0xff),
    new Uint8Array(24),
    new Uint8Array(700),
  ]) {
    await device.transferOut(1, bytes);
  }
  const header = readHeader();
  await device.transferOut(1, connectHeader);
  await device.transferOut(1, connectPayload);
  expect(await header).toMatchObject({ command: command.connect });
});

test("a forgotten phone is not granted until it is asked for again", async () => {
  await device.forget();
  expect(await rig.usb.getDevices()).toEqual([]);
  await expect(rig.usb.requestDevice({ filters: [{ vendorId: 1 }] })).rejects.toEqual(named("NotFoundError"));
  expect(await rig.usb.requestDevice({ filters: [{ classCode: 0xff }] })).toBe(device);
  expect(await rig.usb.getDevices()).toEqual([device]);
});
