import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdir, mkdtemp, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { createServer, connect as connectTo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeTestApk } from "../testing/test-apk.ts";
import { listen } from "./listen.ts";
import { type AdbResult, type DebianAdb, startDebianAdb } from "./testing/debian-adb.ts";
import { type RunningPhones, startPhones } from "./testing/running-phones.ts";

/** Debian's `adb`, which nobody here wrote, finds a phone at the other end. */

let phones: RunningPhones;
let adb: DebianAdb;
let folder: string;
let serial: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tabfarm-files-"));
  phones = await startPhones(["--tcp", "0", "--count", "2"]);
  adb = await startDebianAdb({ ANDROID_PRODUCT_OUT: folder });
  serial = phones.addresses[0] ?? "";
  await adb.run(["connect", serial]);
});
afterAll(async () => {
  await adb.close();
  await rm(folder, { recursive: true });
  await phones.stop();
});

const run = async (args: readonly string[], input?: Uint8Array | string): Promise<AdbResult> =>
  await adb.run(["-s", serial, ...args], input === undefined ? {} : { input });
const shell = async (command: string) => await run(["shell", command]);
const outputOf = async (command: string) => (await shell(command)).stdout.toString();
/** Signature, then the IHDR chunk, whose first two numbers are width and height. */
function sizeOfPng(bytes: Buffer): { width: number; height: number } {
  expect(bytes.subarray(0, 16).toString("hex")).toBe("89504e470d0a1a0a0000000d49484452");
  return { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) };
}
const pathsOf = async (name: string) =>
  (await outputOf(`pm path ${name}`)).split("\n").flatMap((line) => /^package:(.+)/.exec(line)?.[1] ?? []);
const local = (name: string) => join(folder, name);

describe("devices", () => {
  test("connect says so, once and again", async () => {
    const address = phones.addresses[1] ?? "";
    expect((await adb.run(["connect", address])).text).toBe(`connected to ${address}\n`);
    expect((await adb.run(["connect", address])).text).toBe(`already connected to ${address}\n`);
    expect((await adb.run(["disconnect", address])).text).toBe(`disconnected ${address}\n`);
  });

  test("devices -l names product, model and device", async () => {
    expect((await adb.run(["devices", "-l"])).text).toMatch(
      new RegExp(`^${serial} +device product:shiba model:Pixel_8 device:shiba transport_id:\\d+$`, "m"),
    );
  });

  test("state, serial number and features are told, and waiting for the device ends", async () => {
    expect((await run(["get-state"])).text).toBe("device\n");
    expect((await run(["get-serialno"])).text).toBe(`${serial}\n`);
    expect((await run(["wait-for-device"])).exitCode).toBe(0);
    // What this adb knows of the phone's: delayed acks came later.
    const features = "shell_v2\ncmd\nstat_v2\nls_v2\nfixed_push_mkdir\n";
    expect((await run(["features"])).text).toBe(features);
  });

  test("what a production build does not do is refused in its words", async () => {
    expect((await run(["root"])).text).toBe("adbd cannot run as root in production builds\n");
    expect((await run(["unroot"])).text).toBe("adbd not running as root\n");
    expect((await run(["remount"])).text).toBe(
      "/system/bin/sh: /system/bin/remount: inaccessible or not found\n",
    );
    expect((await run(["disable-verity"])).text).toContain("inaccessible or not found");
    expect((await run(["tcpip", "5999"])).text).toBe("error: closed\n");
    expect((await run(["usb"])).text).toBe("error: closed\n");
    expect((await run(["sideload", local("none")])).exitCode).toBe(1);
    expect((await run(["jdwp"])).text).toBe("");
    expect((await run(["get-state"])).text).toBe("device\n");
  });
});

describe("shell", () => {
  test("the exit code comes through, of a pipeline the last one's", async () => {
    expect((await shell("exit 7")).exitCode).toBe(7);
    expect((await shell("true")).exitCode).toBe(0);
    expect((await shell("frobnicate")).exitCode).toBe(127);
    expect((await shell("true | false")).exitCode).toBe(1);
    expect((await shell("false | true")).exitCode).toBe(0);
  });

  test("stdout and stderr are apart", async () => {
    const { stdout, stderr } = await shell("echo out; echo err >&2");
    expect(stdout.toString()).toBe("out\n");
    expect(stderr.toString()).toBe("err\n");
  });

  test("20 MB of any bytes go in by stdin, and out by stdout, unchanged", async () => {
    const bytes = randomBytes(20_000_000);
    expect((await run(["shell", "cat > /data/local/tmp/stdin"], bytes)).exitCode).toBe(0);
    expect((await shell("cat /data/local/tmp/stdin")).stdout.equals(bytes)).toBe(true);
    await run(["exec-in", "cat > /data/local/tmp/exec-in"], bytes);
    // Nobody tells when the phone has read the last of it.
    await expect.poll(() => outputOf("wc -c /data/local/tmp/exec-in")).toContain("20000000 ");
    expect((await run(["exec-out", "cat /data/local/tmp/exec-in"])).stdout.equals(bytes)).toBe(true);
    await shell("rm /data/local/tmp/stdin /data/local/tmp/exec-in");
  });

  test("without a terminal the shell reads a script from stdin", async () => {
    const { text, exitCode } = await run(["shell"], "cd /sdcard\npwd; exit 5\n");
    expect(text).toBe("/sdcard\n");
    expect(exitCode).toBe(5);
  });

  test("-n closes stdin, and -x leaves the exit code out", async () => {
    expect((await run(["shell", "-n", "cat"])).exitCode).toBe(0);
    expect((await run(["shell", "-x", "exit 3"])).exitCode).toBe(0);
  });

  test("a terminal shows a prompt, echoes, and turns line ends", async () => {
    const { stdout, exitCode } = await run(["shell", "-t", "-t"], "echo $TERM-ok\rexit 3\r");
    expect(stdout.toString()).toMatch(/shiba:\/ \$ [^]*echo \$TERM-ok\r\n[^]*-ok\r\n/);
    expect(exitCode).toBe(3);
  });

  test("^C in a terminal ends the command and not the shell", async () => {
    const session = adb.start(["-s", serial, "shell", "-t", "-t"]);
    session.type("cat\r");
    await expect.poll(() => outputOf("pidof cat")).toMatch(/\d/);
    session.type("\x03");
    await expect.poll(() => outputOf("pidof cat")).toBe("");
    session.type("echo still $?\rexit\r");
    expect((await session.ended).text).toContain("still 130\r\n");
  });

  test("kill ends a command of another shell", async () => {
    const other = adb.start(["-s", serial, "shell", "sleep 1000"]);
    await expect.poll(() => outputOf("pidof sleep")).toMatch(/\d/);
    expect(await outputOf("ps")).toMatch(/ sleep$/m);
    await shell("kill -9 $(pidof sleep)");
    expect((await other.ended).exitCode).toBe(137);
  });
});

describe("files", () => {
  test("50 MB are pushed and pulled byte for byte, with their time", async () => {
    const bytes = randomBytes(50_000_000);
    await writeFile(local("big"), bytes);
    await utimes(local("big"), 1_700_000_000, 1_700_000_000);
    expect((await run(["push", local("big"), "/data/local/tmp/big"])).text).toContain("1 file pushed");
    expect((await run(["pull", "-a", "/data/local/tmp/big", local("back")])).text).toContain("1 file pulled");
    expect((await readFile(local("back"))).equals(bytes)).toBe(true);
    expect((await stat(local("back"))).mtimeMs).toBe(1_700_000_000_000);
    await shell("rm /data/local/tmp/big");
  });

  test("folders go there and back, with what is empty or has an odd name", async () => {
    await mkdir(local("tree/in ner/deep"), { recursive: true });
    await writeFile(local("tree/empty"), "");
    await writeFile(local("tree/in ner/ümlaut 🙂"), "text");
    await writeFile(local("tree/in ner/deep/'quoted'"), randomBytes(70_000));
    expect((await run(["push", local("tree"), "/sdcard/Download/"])).text).toContain("3 files pushed");
    expect((await run(["pull", "/sdcard/Download/tree", local("tree-back")])).text).toContain(
      "3 files pulled",
    );
    for (const name of ["empty", "in ner/ümlaut 🙂", "in ner/deep/'quoted'"]) {
      const sent = await readFile(local(`tree/${name}`));
      expect(await readFile(local(`tree-back/${name}`))).toEqual(sent);
    }
    const unchanged = await run(["push", "--sync", local("tree"), "/sdcard/Download/"]);
    expect(unchanged.text).toContain("0 files pushed, 3 skipped");
    await writeFile(local("tree/empty"), "no longer");
    expect((await run(["push", "--sync", local("tree"), "/sdcard/Download/"])).text).toContain(
      "1 file pushed",
    );
    await shell("rm -r /sdcard/Download/tree");
  });

  test("sync copies the product's files, where the shell may write", async () => {
    await mkdir(local("data/local/tmp"), { recursive: true });
    await writeFile(local("data/local/tmp/synced"), "by adb sync");
    expect((await run(["sync", "data"])).text).toContain("1 file pushed");
    expect(await outputOf("cat /data/local/tmp/synced; rm /data/local/tmp/synced")).toBe("by adb sync");
  });

  test.each([
    ["/system/bin/mine", "couldn't create file: Permission denied"],
    ["/data/mine", "couldn't create file: Permission denied"],
    ["/nowhere/deep/mine", "secure_mkdirs failed: Permission denied"],
  ])("nothing is pushed to %s", async (path, words) => {
    await writeFile(local("small"), "x");
    const { exitCode, text } = await run(["push", local("small"), path]);
    expect(exitCode).toBe(1);
    expect(text).toContain(`failed to copy '${local("small")}' to '${path}': remote ${words}`);
  });

  test("what is not there cannot be pulled, nor what may not be read", async () => {
    const missing = await run(["pull", "/sdcard/none", local("none")]);
    expect(missing.text).toBe(
      "adb: error: failed to stat remote object '/sdcard/none': No such file or directory\n",
    );
    const forbidden = await run(["pull", "/system/build.prop", local("none")]);
    expect(forbidden.text).toContain("open failed: Permission denied");
    await expect(stat(local("none"))).rejects.toThrow("ENOENT");
  });
});

describe("apps", () => {
  const packageName = "org.example.app";
  test.each([
    ["streamed", []],
    ["pushed first", ["--no-streaming"]],
  ])("an app is installed %s, listed, pulled, updated and uninstalled", async (_, options) => {
    const apk = makeTestApk({ packageName, versionCode: 2 }, randomBytes(3_000_000));
    await writeFile(local("app.apk"), apk);
    const installed = await run(["install", ...options, local("app.apk")]);
    expect(installed.text).toMatch(/Success\n$/);
    expect(installed.exitCode).toBe(0);
    expect(await outputOf("pm list packages -3")).toBe(`package:${packageName}\n`);
    expect(await outputOf("ls /data/local/tmp")).toBe("");
    const [path = ""] = await pathsOf(packageName);
    expect(path).toMatch(/^\/data\/app\/~~.{22}==\/org\.example\.app-.{22}==\/base\.apk$/);
    await run(["pull", path, local("pulled.apk")]);
    expect((await readFile(local("pulled.apk"))).equals(apk)).toBe(true);

    await writeFile(local("app.apk"), makeTestApk({ packageName, versionCode: 1 }));
    expect((await run(["install", "-r", ...options, local("app.apk")])).text).toContain(
      "Failure [INSTALL_FAILED_VERSION_DOWNGRADE: Downgrade detected: Update version code 1 is older than current 2]",
    );
    await writeFile(local("app.apk"), makeTestApk({ packageName, versionCode: 3 }));
    expect((await run(["install", "-r", ...options, local("app.apk")])).text).toMatch(/Success\n$/);
    expect((await shell(`ls ${path}`)).exitCode).toBe(1);

    expect((await run(["uninstall", packageName])).text).toBe("Success\n");
    expect((await run(["uninstall", packageName])).text).toBe("Failure [DELETE_FAILED_INTERNAL_ERROR]\n");
    expect(await outputOf("pm list packages -3")).toBe("");
    expect(await pathsOf(packageName)).toEqual([]);
  });

  test("an app in splits is installed whole, or not at all", async () => {
    await writeFile(local("base.apk"), makeTestApk({ packageName }));
    await writeFile(local("de.apk"), makeTestApk({ packageName, splitName: "config.de" }));
    await writeFile(
      local("other.apk"),
      makeTestApk({ packageName: "org.example.other", splitName: "config.fr" }),
    );
    const mixed = await run(["install-multiple", local("base.apk"), local("other.apk")]);
    expect(mixed.exitCode).toBe(1);
    expect(mixed.text).toContain("package org.example.other inconsistent with org.example.app");
    expect(await outputOf("pm list packages -3")).toBe("");

    const split = await run(["install-multiple", local("base.apk"), local("de.apk")]);
    expect(split.text).toContain("Success");
    const paths = await pathsOf(packageName);
    expect(paths.map((path) => path.replace(/.*\//, ""))).toEqual(["base.apk", "split_config.de.apk"]);
    await run(["uninstall", packageName]);
  });

  test.each([
    ["text.apk", Buffer.from("no archive"), "INSTALL_PARSE_FAILED_NOT_APK: Failed to parse /data/app/vmdl"],
    [
      "cut.apk",
      makeTestApk({ packageName }).subarray(0, -30),
      "INSTALL_PARSE_FAILED_NOT_APK: Failed to parse /data/app/vmdl",
    ],
    [
      "nameless.apk",
      makeTestApk({ packageName: "nameless" }),
      "INSTALL_PARSE_FAILED_BAD_PACKAGE_NAME: Invalid manifest package: must have at least one '.' separator",
    ],
  ])("%s is refused in Android's words", async (name, bytes, words) => {
    await writeFile(local(name), bytes);
    const { exitCode, text } = await run(["install", local(name)]);
    expect(exitCode).toBe(1);
    expect(text).toContain(`adb: failed to install ${local(name)}: Failure [${words}`);
    expect(await outputOf("pm list packages -3")).toBe("");
  });
});

describe("screen", () => {
  test("exec-out screencap -p is a PNG of the screen as it is turned", async () => {
    const upright = (await run(["exec-out", "screencap -p"])).stdout;
    expect(sizeOfPng(upright)).toEqual({ width: 1080, height: 2400 });
    await phones.say("turn 1");
    const turned = (await run(["exec-out", "screencap -p"])).stdout;
    expect(sizeOfPng(turned)).toEqual({ width: 2400, height: 1080 });
    await phones.say("turn 1");
    // Through a file it is the same picture.
    await shell("screencap -p /sdcard/shot.png");
    await run(["pull", "/sdcard/shot.png", local("shot.png")]);
    await shell("rm /sdcard/shot.png");
    expect(sizeOfPng(await readFile(local("shot.png")))).toEqual({ width: 1080, height: 2400 });
  });
});

describe("log", () => {
  test("is printed, followed, and cleared", async () => {
    await shell("log -t Suite 'first line'");
    expect((await run(["logcat", "-d"])).text).toMatch(/I Suite *: first line\n/);
    const follower = adb.start(["-s", serial, "logcat"]);
    await expect.poll(follower.printed).toContain("first line");
    await shell("log -p w -t Suite 'second line'");
    await expect.poll(follower.printed).toMatch(/W Suite *: second line/);
    follower.kill();
    await expect.poll(() => outputOf("pidof logcat")).toBe("");
    await run(["logcat", "-c"]);
    expect((await run(["logcat", "-d"])).text).not.toContain("line");
  });

  test("is filtered by tag and priority, and printed in brief", async () => {
    await shell("log -p d -t Other quiet; log -p e -t Suite loud; log -p i -t Suite soft");
    expect((await run(["logcat", "-d", "-v", "brief", "Suite:W", "*:S"])).text).toMatch(
      /^(?:-+ beginning of main\n)?E\/Suite *\( *\d+\): loud\n$/,
    );
  });
});

describe("tunnels", () => {
  test("reverse and forward carry bytes both ways, in one line", async () => {
    const echo = createServer((socket) => socket.pipe(socket));
    const echoPort = await listen(echo, 0, "127.0.0.1");
    // Phone's 7001 leads to our echo; our own port leads to the phone's 7001: each byte crosses four times.
    expect((await run(["reverse", "tcp:7001", `tcp:${echoPort}`])).exitCode).toBe(0);
    const port = Number((await run(["forward", "tcp:0", "tcp:7001"])).text);
    expect((await run(["reverse", "--list"])).text).toContain(` tcp:7001 tcp:${echoPort}\n`);
    expect((await adb.run(["forward", "--list"])).text).toContain(`${serial} tcp:${port} tcp:7001\n`);

    const bytes = randomBytes(5_000_000);
    const socket = connectTo(port, "127.0.0.1");
    const parts: Buffer[] = [];
    let length = 0;
    socket.on("data", (part) => {
      parts.push(part);
      length += part.byteLength;
    });
    socket.write(bytes);
    await expect.poll(() => length).toBe(bytes.byteLength);
    expect(Buffer.concat(parts).equals(bytes)).toBe(true);
    const closed = once(socket, "close");
    socket.end();
    await closed;

    await run(["reverse", "--remove", "tcp:7001"]);
    await run(["forward", "--remove", `tcp:${port}`]);
    expect((await run(["reverse", "--list"])).text.trim()).toBe("");
    echo.close();
  });

  test("a port is bound once when asked so", async () => {
    await run(["reverse", "tcp:7002", "tcp:1"]);
    const again = await run(["reverse", "--no-rebind", "tcp:7002", "tcp:2"]);
    expect(again.text).toContain("cannot rebind existing socket");
    await run(["reverse", "--remove-all"]);
    expect((await run(["reverse", "--remove", "tcp:7002"])).text).toContain("listener 'tcp:7002' not found");
  });
});

describe("reboot", () => {
  test("adb finds the phone again by itself, with its files", async () => {
    await shell("echo kept > /sdcard/kept");
    expect((await run(["reboot"])).exitCode).toBe(0);
    await expect.poll(async () => (await run(["get-state"])).text).not.toBe("device\n");
    await run(["wait-for-device"]);
    expect(await outputOf("cat /sdcard/kept; rm /sdcard/kept")).toBe("kept\n");
  });
});
