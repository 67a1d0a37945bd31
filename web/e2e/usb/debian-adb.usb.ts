import { randomBytes } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type DebianAdb, startDebianAdb } from "../../../phone/node/testing/debian-adb.ts";
import { type RunningPhones, startPhones } from "../../../phone/node/testing/running-phones.ts";

/** Debian's `adb` finds the phones on the testbed's USB, by each of its two ways to get there. */

const [pixel, samsung] = ["3B031JEHN00042", "R5CW30ABCDE"] as const;
let phones: RunningPhones;
let adb: DebianAdb;
let folder: string;

async function start(isLibusb: boolean): Promise<void> {
  folder = await mkdtemp(join(tmpdir(), "tabfarm-files-"));
  phones = await startPhones(["--usbip", "3240", "--count", "2"]);
  adb = await startDebianAdb({ ADB_LIBUSB: isLibusb ? "1" : "0" });
  for (const serial of [pixel, samsung]) await adb.run(["-s", serial, "wait-for-device"]);
}
afterEach(async () => {
  await adb.close();
  await phones.stop();
  await rm(folder, { recursive: true });
});

const run = async (...args: string[]) => await adb.run(["-s", pixel, ...args]);
const local = (name: string) => join(folder, name);
const stateOf = async (serial: string) =>
  new RegExp(`^${serial}\\t(\\w+)$`, "m").exec((await adb.run(["devices"])).text)?.[1];

describe("by usbfs", () => {
  beforeEach(async () => await start(false));

  test("both phones are there, and each answers for itself", async () => {
    const { text } = await adb.run(["devices", "-l"]);
    expect(text).toMatch(new RegExp(`^${pixel} +device usb:1-1 product:shiba model:Pixel_8`, "m"));
    expect(text).toMatch(new RegExp(`^${samsung} +device usb:1-2 product:dm1q model:SM_S911B`, "m"));
    const { stdout, stderr, exitCode } = await run("shell", "echo out; echo err >&2; exit 7");
    expect([String(stdout), String(stderr), exitCode]).toEqual(["out\n", "err\n", 7]);
  });

  test("50 MB are pushed and pulled byte for byte", async () => {
    const bytes = randomBytes(50_000_000);
    await writeFile(local("big"), bytes);
    const pushed = await run("push", local("big"), "/data/local/tmp/big");
    const pulled = await run("pull", "/data/local/tmp/big", local("back"));
    expect((await readFile(local("back"))).equals(bytes)).toBe(true);
    const speedOf = (text: string) => /[\d.]+ MB\/s/.exec(text)?.[0] ?? "";
    process.stdout.write(
      `Debian's adb by usbfs: push ${speedOf(pushed.text)}, pull ${speedOf(pulled.text)}\n`,
    );
  });

  test("a cable pulled in the middle of a push ends it, and the phone comes back without the half of it", async () => {
    await writeFile(local("big"), new Uint8Array(200_000_000));
    const push = adb.start(["-s", pixel, "push", local("big"), "/data/local/tmp/big"]);
    await expect.poll(async () => (await run("shell", "ls /data/local/tmp")).text).toBe("big\n");
    await phones.say("unplug 1");
    expect((await push.ended).exitCode).toBe(1);
    await expect.poll(() => stateOf(pixel)).toBeUndefined();
    expect(await stateOf(samsung)).toBe("device");
    await phones.say("plug 1");
    await run("wait-for-device");
    expect((await run("shell", "ls /data/local/tmp; ps | wc -l")).text).toBe("2\n");
  });

  test("a phone that reboots leaves, and comes back by itself", async () => {
    await run("reboot");
    await expect.poll(() => stateOf(pixel)).not.toBe("device");
    await run("wait-for-device");
    expect((await run("shell", "echo back")).text).toBe("back\n");
  });

  test("a killed adb server lets go of the phone, and the next one takes it", async () => {
    const shell = adb.start(["-s", pixel, "shell", "sleep 1000"]);
    await expect.poll(async () => (await run("shell", "pidof sleep")).text).toMatch(/\d/);
    await adb.killServer();
    await shell.ended;
    await run("wait-for-device");
    expect((await run("shell", "pidof sleep")).text).toBe("");
  });
});

describe("by libusb", () => {
  beforeEach(async () => await start(true));

  // Not pushed: adb 29 takes the empty packet behind a full one for a short write (its `usb_write` answers 0 for
  // 1048576), and lets go of the phone.
  test("a phone answers shells, and 2 MB are pulled byte for byte", async () => {
    expect((await run("shell", "exit 7")).exitCode).toBe(7);
    await run("shell", "yes | head -1000000 > /data/local/tmp/lines");
    const bytes = Buffer.from("y\n".repeat(1_000_000));
    await run("pull", "/data/local/tmp/lines", local("back"));
    expect((await readFile(local("back"))).equals(bytes)).toBe(true);
  });
});
