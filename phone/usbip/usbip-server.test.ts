import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { command, encodeHeader, maxPayload } from "../adb/packet.ts";
import { makeByteReader, type ByteReader } from "../byte-reader.ts";
import { makeRig, type Rig } from "../testing/rig.ts";
import type { Gadget } from "../usb/gadget.ts";
import { plugPhone } from "../usb/usb-bus.ts";
import { makeUsbipServer, type UsbipServer } from "./usbip-server.ts";

let rig: Rig;
let server: UsbipServer;
let gadget: Gadget;
beforeEach(() => {
  rig = makeRig();
  server = makeUsbipServer();
  gadget = plugPhone(server, rig.phone);
});
afterEach(() => {
  gadget.unplug();
  rig.close();
});

const bytesOf = (hex: string) => Uint8Array.from(hex.split(" "), (byte) => Number.parseInt(byte, 16));
const u32 = (bytes: Uint8Array, at: number) => new DataView(bytes.buffer, bytes.byteOffset).getUint32(at);
const i32 = (bytes: Uint8Array, at: number) => new DataView(bytes.buffer, bytes.byteOffset).getInt32(at);

/** A client's connection: what it says, and what it hears. */
function connect() {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>(undefined, {
    highWaterMark: 99,
  });
  const says = writable.getWriter();
  const answers = new TransformStream<Uint8Array, Uint8Array>(undefined, { highWaterMark: 999 });
  const back = answers.writable.getWriter();
  const hears: ByteReader = makeByteReader(answers.readable);
  let sequence = 0;
  let isClosed = false;
  const served = server.serve({
    reader: makeByteReader(readable),
    send: (...parts) => {
      for (const part of parts) if (!isClosed) void back.write(part);
    },
    close: () => {
      if (isClosed) return;
      isClosed = true;
      void back.close();
      void says.close().catch(() => undefined);
    },
  });
  const submit = async (
    isIn: boolean,
    endpoint: number,
    length: number,
    rest: { setup?: string; out?: Uint8Array },
  ) => {
    sequence += 1;
    const header = new Uint8Array(48);
    const view = new DataView(header.buffer);
    for (const [at, value] of [1, sequence, 0x10001, isIn ? 1 : 0, endpoint, 0, length].entries())
      view.setUint32(at * 4, value);
    if (rest.setup !== undefined) header.set(bytesOf(rest.setup), 40);
    await says.write(header);
    if (rest.out) await says.write(rest.out);
    return sequence;
  };
  const hear = async (length: number) => {
    const bytes = await hears.readExactly(length);
    if (!bytes) throw new Error("the server hung up");
    return bytes;
  };
  return {
    served,
    hear,
    hears,
    say: async (bytes: Uint8Array) => await says.write(bytes),
    submit,
    /** The next return, with the bytes that follow it when it is one of an IN transfer. */
    async returned(isIn: boolean) {
      const header = await hear(48);
      const [kind, number, status, length] = [
        u32(header, 0),
        u32(header, 4),
        i32(header, 20),
        u32(header, 24),
      ];
      return {
        kind,
        sequence: number,
        status,
        length,
        bytes: isIn && length > 0 ? await hear(length) : undefined,
      };
    },
    async importDevice(busId: string) {
      const request = new Uint8Array(40);
      request.set(bytesOf("01 11 80 03 00 00 00 00"));
      request.set(new TextEncoder().encode(busId), 8);
      await says.write(request);
      const head = await hear(8);
      if (u32(head, 4) === 0) await hear(312);
      return u32(head, 4);
    },
  };
}

async function control(client: ReturnType<typeof connect>, setup: string, length: number) {
  const isIn = (bytesOf(setup)[0] ?? 0) >= 0x80;
  await client.submit(isIn, 0, length, { setup });
  return await client.returned(isIn);
}

test("what is plugged in is listed, and no more once it is unplugged", async () => {
  const list = async () => {
    const client = connect();
    await client.say(bytesOf("01 11 80 05 00 00 00 00"));
    const head = await client.hear(12);
    return u32(head, 8);
  };
  expect(await list()).toBe(1);
  gadget.unplug();
  expect(await list()).toBe(0);
});

test("a device has one client at a time, and there is none that is not plugged in", async () => {
  const first = connect();
  expect(await first.importDevice("1-1")).toBe(0);
  expect(await connect().importDevice("1-1")).toBe(1);
  expect(await connect().importDevice("1-9")).toBe(1);
  gadget.unplug();
  await first.served;
  gadget = plugPhone(server, rig.phone);
  expect(await connect().importDevice("1-1")).toBe(0);
});

test("a phone that another program holds is listed, and cannot be had until it is let go", async () => {
  rig.phone.faults.add({ name: "held" });
  expect(await connect().importDevice("1-1")).toBe(1);
  rig.phone.faults.clear();
  expect(await connect().importDevice("1-1")).toBe(0);
});

test("a phone tells its descriptors and strings, and stalls what it does not know", async () => {
  const client = connect();
  await client.importDevice("1-1");
  const device = await control(client, "80 06 00 01 00 00 12 00", 18);
  // prettier-ignore
  expect(device.bytes).toEqual(bytesOf(
    "12 01 10 02 00 00 00 40 " + // length, type, USB 2.1, class of the interface, 64 bytes
    "d1 18 e7 4e 40 04 " + // vendor, product, release
    "01 02 03 01", // manufacturer, product, serial; one configuration
  ));
  const configuration = await control(client, "80 06 00 02 00 00 20 00", 32);
  // prettier-ignore
  expect(configuration.bytes).toEqual(bytesOf(
    "09 02 20 00 01 01 04 80 fa " + // one interface, value 1, 500 mA
    "09 04 00 00 02 ff 42 01 05 " + // interface 0, two endpoints, ADB
    "07 05 81 02 00 02 00 " + // endpoint 1 IN, bulk, 512 bytes
    "07 05 01 02 00 02 00", // endpoint 1 OUT
  ));
  const serial = await control(client, "80 06 03 03 09 04 ff 00", 255);
  expect(new TextDecoder("utf-16le").decode(serial.bytes?.subarray(2))).toBe("3B031JEHN00042");
  expect(await control(client, "80 06 00 21 00 00 09 00", 9)).toMatchObject({ status: -32, length: 0 });
  expect(await control(client, "c0 33 00 00 00 00 02 00", 2)).toMatchObject({ status: -32 });
});

const banner = new TextEncoder().encode("host::features=shell_v2");
const connectHeader = encodeHeader(
  { command: command.connect, arg0: 0x01000001, arg1: maxPayload, payload: banner },
  { withChecksum: false },
);

test("ADB goes over the bulk endpoints, and a port reset makes it start anew", async () => {
  const client = connect();
  await client.importDevice("1-1");
  const hello = async () => {
    await client.submit(false, 1, 24, { out: connectHeader });
    expect(await client.returned(false)).toMatchObject({ status: 0, length: 24 });
    await client.submit(false, 1, banner.byteLength, { out: banner });
    expect(await client.returned(false)).toMatchObject({ status: 0 });
    await client.submit(true, 1, 512, {});
    return await client.returned(true);
  };
  expect((await hello()).length).toBe(24);
  // The banner is still unread; after the reset it is gone, and the next answer is a header again.
  expect(await control(client, "23 03 04 00 01 00 00 00", 0)).toMatchObject({ status: 0 });
  expect((await hello()).length).toBe(24);
});

test("a transfer that waits can be taken back, once", async () => {
  const client = connect();
  await client.importDevice("1-1");
  const target = await client.submit(true, 1, 512, {});
  const unlink = new Uint8Array(48);
  unlink.set(bytesOf("00 00 00 02 00 00 00 63"));
  new DataView(unlink.buffer).setUint32(20, target);
  await client.say(unlink);
  expect(await client.returned(false)).toMatchObject({ kind: 4, sequence: 0x63, status: -104 });
  await client.say(unlink);
  expect(await client.returned(false)).toMatchObject({ kind: 4, status: 0 });
});

test.each([
  ["a request of another version", new Uint8Array(8)],
  ["a request that is none", bytesOf("01 11 80 77 00 00 00 00")],
])("%s is hung up on", async (_what, bytes) => {
  const client = connect();
  await client.say(bytes);
  await client.served;
  expect(await client.hears.readSome(1)).toBeUndefined();
});

test("a client that asks for an endless transfer, or for ever more of them, is hung up on", async () => {
  const greedy = connect();
  await greedy.importDevice("1-1");
  await greedy.submit(true, 1, 0x7fffffff, {});
  await greedy.served;
  const many = connect();
  await vi.waitFor(async () => expect(await many.importDevice("1-1")).toBe(0));
  for (let count = 0; count < 1025; count += 1) await many.submit(true, 1, 512, {});
  await many.served;
});
