import type { Adb } from "@yume-chan/adb";
import { ReadableStream } from "@yume-chan/stream-extra";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { makeRig, type Rig } from "../../phone/testing/rig.ts";
import { randomBytes } from "../../phone/testing/streams.ts";
import { connectTango } from "../../phone/testing/tango.ts";
import { pullFile, pushFile, sizeOfFile, type TransferHooks } from "../engine/device/adb-files.ts";

let rig: Rig;
let adb: Adb;
beforeEach(async () => {
  rig = makeRig();
  adb = await connectTango(rig.usb);
});
afterEach(() => rig.close());

const path = "/data/local/tmp/large.bin";
const chunkBytes = 300_000;
const bytes = randomBytes(20 * chunkBytes);

function fileOf(content: Uint8Array): ReadableStream<Uint8Array> {
  let at = 0;
  return new ReadableStream({
    pull: (controller) => {
      if (at < content.length) controller.enqueue(content.subarray(at, (at += chunkBytes)));
      else controller.close();
    },
  });
}

async function pull(from: string, hooks?: TransferHooks): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  await pullFile(adb.transport, from, (part) => void parts.push(part), hooks);
  return Buffer.concat(parts);
}

async function isAlive(): Promise<void> {
  const shell = adb.subprocess.shellProtocol;
  expect(await shell?.spawnWaitText("echo alive")).toMatchObject({ stdout: "alive\n" });
}

describe("a file", () => {
  test("is pushed and pulled byte by byte, and tells how far it is", async () => {
    const sent: number[] = [];
    const got: number[] = [];
    await pushFile(adb.transport, path, fileOf(bytes), { onProgress: (at) => void sent.push(at) });
    expect(sent).toEqual(Array.from({ length: 20 }, (_, index) => (index + 1) * chunkBytes));
    expect(await sizeOfFile(adb.transport, path)).toBe(BigInt(bytes.length));
    expect((await pull(path, { onProgress: (at) => void got.push(at) })).equals(bytes)).toBe(true);
    expect(got.at(-1)).toBe(bytes.length);
  });

  test("may be empty", async () => {
    await pushFile(adb.transport, path, fileOf(new Uint8Array()));
    expect(await pull(path)).toHaveLength(0);
  });

  test("that the phone refuses fails with the path and its words", async () => {
    await expect(pushFile(adb.transport, "/system/x", fileOf(bytes))).rejects.toThrow(
      /^pushing \/system\/x: .*Permission denied/,
    );
    await expect(pull("/nowhere")).rejects.toThrow(/^pulling \/nowhere: .*No such file/);
    expect(await sizeOfFile(adb.transport, "/nowhere")).toBeUndefined();
    await isAlive();
  });

  test("that does not fit says so, and the link lives on", async () => {
    rig.phone.faults.add({ name: "disk-full" });
    await expect(pushFile(adb.transport, path, fileOf(bytes))).rejects.toThrow(/No space left on device/);
    await isAlive();
  });

  test("whose push is given up in the middle leaves the link as it was", async () => {
    const given = new AbortController();
    const pushing = pushFile(adb.transport, path, fileOf(bytes), {
      signal: given.signal,
      onProgress: (sent) => void (sent > bytes.length / 2 && given.abort()),
    });
    await expect(pushing).rejects.toThrow(/abort/i);
    await isAlive();
  });

  test("whose source fails fails with the source's words, although the phone still waits", async () => {
    const broken = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        controller.enqueue(bytes.subarray(0, chunkBytes));
        throw new Error("the download stopped");
      },
    });
    await expect(pushFile(adb.transport, path, broken)).rejects.toThrow("large.bin: the download stopped");
    await isAlive();
  });

  test("whose pull is given up in the middle leaves the link as it was", async () => {
    await pushFile(adb.transport, path, fileOf(bytes));
    const given = new AbortController();
    await expect(pull(path, { signal: given.signal, onProgress: () => given.abort() })).rejects.toThrow(
      /abort/i,
    );
    await isAlive();
    expect((await pull(path)).equals(bytes)).toBe(true);
  });

  test("fails when the cable is pulled", async () => {
    const pushing = pushFile(adb.transport, path, fileOf(bytes), {
      onProgress: (sent) => void (sent > bytes.length / 2 && rig.unplug()),
    });
    await expect(pushing).rejects.toThrow(/^pushing /);
  });
});
