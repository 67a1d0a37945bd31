import { afterEach, beforeEach, expect, test } from "vitest";
import { makeDuplexPair } from "../duplex-pair.ts";
import { makeRig, type Rig } from "../testing/rig.ts";
import { readText, readToEnd } from "../testing/streams.ts";
import { makeSyncService } from "./sync-service.ts";

let rig: Rig;
beforeEach(() => {
  rig = makeRig();
});
afterEach(() => rig.close());

const ascii = (text: string) => new TextEncoder().encode(text);

/** Says these parts to `sync:` and gives all that comes back until the phone closes. */
async function talk(...parts: (Uint8Array | string)[]) {
  const [near, far] = makeDuplexPair();
  const served = makeSyncService(rig.phone.android)(far, new AbortController().signal);
  const writer = near.writable.getWriter();
  for (const part of parts)
    void writer.write(typeof part === "string" ? ascii(part) : part).catch(() => undefined);
  const answer = await readToEnd(near.readable);
  await served;
  return answer;
}

/** Hexadecimal, with words about it behind `//`. */
const hex = (text: string) =>
  Uint8Array.from(
    text
      .replace(/\/\/.*/g, "")
      .trim()
      .split(/\s+/),
    (byte) => Number.parseInt(byte, 16),
  );

const quit = "QUIT\0\0\0\0";

test("SEND, DATA and DONE make a file with its mode and time, and OKAY comes back", async () => {
  // prettier-ignore
  const answer = await talk(
    "SEND", Uint8Array.of(0x19, 0, 0, 0), "/data/local/tmp/f,0100755",
    "DATA", Uint8Array.of(0x03, 0, 0, 0), "abc",
    "DATA", Uint8Array.of(0x02, 0, 0, 0), "de",
    "DONE", Uint8Array.of(0x00, 0xf1, 0x53, 0x65),
    quit,
  );
  expect(new TextDecoder().decode(answer)).toBe("OKAY\0\0\0\0");
  expect(rig.phone.android.files.stat("/data/local/tmp/f")).toMatchObject({
    value: { size: 5, modifiedMs: 1_700_000_000_000 },
  });
});

test("each request is read from its literal bytes", async () => {
  const { files } = rig.phone.android;
  const requests = hex(`
    53 54 41 54  02 00 00 00  2f 74                      // STAT, 2 bytes, "/t"
    53 54 41 32  02 00 00 00  2f 74                      // STA2
    4c 53 54 32  02 00 00 00  2f 74                      // LST2
    4c 49 53 54  02 00 00 00  2f 74                      // LIST
    4c 49 53 32  02 00 00 00  2f 74                      // LIS2
    53 45 4e 44  0d 00 00 00                             // SEND, 13 bytes
    2f 73 64 63 61 72 64 2f 66 2c 34 32 30               // "/sdcard/f,420"
    44 41 54 41  02 00 00 00  68 69                      // DATA, 2 bytes, "hi"
    44 4f 4e 45  00 f1 53 65                             // DONE, time 1700000000
    52 45 43 56  09 00 00 00  2f 73 64 63 61 72 64 2f 66 // RECV, 9 bytes, "/sdcard/f"
    51 55 49 54  00 00 00 00                             // QUIT
    53 54 41 54  02 00 00 00  2f 74                      // never read
  `);
  const answer = await talk(requests);
  const expected = hex(`
    53 54 41 54  00 00 00 00  00 00 00 00  00 00 00 00   // STAT of nothing
    53 54 41 32  02 00 00 00  ${"00 ".repeat(64)}        // STA2, ENOENT
    4c 53 54 32  02 00 00 00  ${"00 ".repeat(64)}        // LST2, ENOENT
    44 4f 4e 45  ${"00 ".repeat(16)}                     // DONE of LIST
    44 4f 4e 45  ${"00 ".repeat(72)}                     // DONE of LIS2
    4f 4b 41 59  00 00 00 00                             // OKAY of SEND
    44 41 54 41  02 00 00 00  68 69                      // DATA of RECV
    44 4f 4e 45  00 00 00 00                             // DONE of RECV
  `);
  expect(answer).toEqual(expected);
  expect(files.stat("/sdcard/f")).toMatchObject({ value: { size: 2, modifiedMs: 1_700_000_000_000 } });
});

test("RECV answers DATA of at most 64 KiB and DONE", async () => {
  rig.phone.android.files.write("/data/local/tmp/big", new Uint8Array(65_537));
  const answer = await talk("RECV", Uint8Array.of(0x13, 0, 0, 0), "/data/local/tmp/big", quit);
  const view = new DataView(answer.buffer);
  expect(view.getUint32(4, true)).toBe(65_536);
  expect(view.getUint32(8 + 65_536 + 4, true)).toBe(1);
  expect(answer.byteLength).toBe(8 + 65_536 + 8 + 1 + 8);
});

test("after a refused SEND its data is read away and the session ends", async () => {
  // prettier-ignore
  const answer = await talk(
    "SEND", Uint8Array.of(0x0d, 0, 0, 0), "/system/x,420",
    "DATA", Uint8Array.of(0x03, 0, 0, 0), "abc",
    "DONE", Uint8Array.of(0, 0, 0, 0),
    "STAT", Uint8Array.of(0x05, 0, 0, 0), "/none",
  );
  expect(new TextDecoder().decode(answer)).toMatch(/^FAIL.{4}couldn't create file: Permission denied$/s);
});

test("a push that does not fit is refused, and the room it took is free again", async () => {
  const { files } = rig.phone.android;
  const room = new Uint8Array(files.freeBytes - 65_536);
  files.write("/data/local/tmp/full", room);
  const data = [ascii("DATA"), Uint8Array.of(0, 0, 1, 0), new Uint8Array(65_536)];
  // prettier-ignore
  const answer = await talk(
    "SEND", Uint8Array.of(0x0d, 0, 0, 0), "/sdcard/x,420", ...data, ...data, "DONE\0\0\0\0",
  );
  expect(new TextDecoder().decode(answer)).toMatch(/^FAIL.{4}write failed: No space left on device$/s);
  // prettier-ignore
  const again = await talk(
    "SEND", Uint8Array.of(0x0d, 0, 0, 0), "/sdcard/x,420", ...data, "DONE\0\0\0\0", quit,
  );
  expect(new TextDecoder().decode(again)).toBe("OKAY\0\0\0\0");
});

test("a push that breaks off leaves no half a file", async () => {
  const [near, far] = makeDuplexPair();
  const served = makeSyncService(rig.phone.android)(far, new AbortController().signal);
  const writer = near.writable.getWriter();
  await writer.write(ascii("SEND\x15\0\0\0/data/local/tmp/h,420DATA\x64\0\0\0only this"));
  await writer.close();
  await served.catch(() => undefined);
  expect(rig.phone.android.files.stat("/data/local/tmp/h").ok).toBe(false);
});

test("an unknown request and an endless path end the session with FAIL", async () => {
  expect(new TextDecoder().decode(await talk("WHAT\0\0\0\0"))).toMatch(/^FAIL.{4}unknown command/s);
  expect(new TextDecoder().decode(await talk("STAT", Uint8Array.of(0xff, 0xff, 0xff, 0xff)))).toMatch(
    /path too long$/,
  );
});

test("LIST of what is no directory is an empty list", async () => {
  const [near, far] = makeDuplexPair();
  void makeSyncService(rig.phone.android)(far, new AbortController().signal);
  void near.writable.getWriter().write(ascii(`LIST\x05\0\0\0/none${quit}`));
  expect(await readText(near.readable)).toBe(`DONE${"\0".repeat(16)}`);
});
