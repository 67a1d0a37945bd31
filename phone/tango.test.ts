import { AdbDaemonWebUsbDevice } from "@yume-chan/adb-daemon-webusb";
import type { Adb } from "@yume-chan/adb";
import { ReadableStream as TangoStream } from "@yume-chan/stream-extra";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { joinDuplexes, makeDuplexPair } from "./duplex-pair.ts";
import { fakePng } from "./testing/fake-display.ts";
import { makeRig, type Rig } from "./testing/rig.ts";
import { randomBytes, readAtLeast, readText, readToEnd } from "./testing/streams.ts";
import { connectTango, fileOf } from "./testing/tango.ts";

/** Tango, the product's own ADB client, sees a phone; with delayed acks, and one packet at a time as before Android 14. */
describe.each([
  ["with delayed acks", {}],
  ["without delayed acks", { initialDelayedAckBytes: 0 }],
])("%s", (_, options) => {
  let rig: Rig;
  let adb: Adb;

  beforeEach(async () => {
    rig = makeRig();
    adb = await connectTango(rig.usb, options);
  });
  afterEach(() => rig.close());

  const shellProtocol = () => {
    const spawner = adb.subprocess.shellProtocol;
    if (!spawner) throw new Error("no shell v2");
    return spawner;
  };
  const shell = async (command: string) => await shellProtocol().spawnWaitText(command);

  test("the banner names the phone and its features", () => {
    expect(adb.banner).toMatchObject({
      state: "device",
      product: "shiba",
      model: "Pixel 8",
      device: "shiba",
    });
    expect(adb.banner.features).toContain("shell_v2");
    expect(adb.serial).toBe("3B031JEHN00042");
  });

  test("a shell answers stdout, stderr and the exit code apart", async () => {
    expect(await shell("echo out; echo err >&2; exit 3")).toEqual({
      stdout: "out\n",
      stderr: "err\n",
      exitCode: 3,
    });
  });

  test("an unknown command is answered as Android's sh does", async () => {
    expect(await shell("frobnicate -x")).toEqual({
      stdout: "",
      stderr: "/system/bin/sh: frobnicate: inaccessible or not found\n",
      exitCode: 127,
    });
  });

  test("stdin reaches a command and its end ends it", async () => {
    const process = await shellProtocol().spawn("cat");
    const writer = process.stdin.getWriter();
    await writer.write(new TextEncoder().encode("through the phone"));
    await writer.close();
    expect(await readText(process.stdout)).toBe("through the phone");
    expect(await process.exited).toBe(0);
  });

  test("the raw shell mixes stdout and stderr", async () => {
    expect(await adb.subprocess.noneProtocol.spawnWaitText("echo out; echo err >&2")).toBe("out\nerr\n");
  });

  test("exec: passes bytes as they are", async () => {
    const socket = await adb.createSocket("exec:screencap -p");
    expect(await readToEnd(socket.readable)).toEqual(fakePng);
  });

  test("5 MB pushed are pulled byte for byte, with mode and time", async () => {
    const bytes = randomBytes(5_000_000);
    const sync = await adb.sync();
    await sync.write({
      filename: "/data/local/tmp/new/folder/big.bin",
      file: fileOf(bytes),
      permission: 0o644,
      mtime: 1_700_000_000,
    });
    expect(await sync.lstat("/data/local/tmp/new/folder/big.bin")).toMatchObject({
      size: 5_000_000n,
      mtime: 1_700_000_000n,
      permission: 0o666,
    });
    const pulled = await readToEnd(sync.read("/data/local/tmp/new/folder/big.bin"));
    expect(Buffer.from(pulled).equals(bytes)).toBe(true);
    await sync.dispose();
    expect((await shell("wc -c /data/local/tmp/new/folder/big.bin")).stdout).toBe(
      "5000000 /data/local/tmp/new/folder/big.bin\n",
    );
  });

  test("a directory is listed and links are told from directories", async () => {
    const sync = await adb.sync();
    const names = (await sync.readdir("/sdcard/")).map(({ name }) => name);
    expect(names).toEqual([
      ".",
      "..",
      "Alarms",
      "Android",
      "DCIM",
      "Documents",
      "Download",
      "Movies",
      "Music",
      "Pictures",
    ]);
    expect(await sync.isDirectory("/sdcard")).toBe(true);
    await expect(sync.lstat("/sdcard/nothing")).rejects.toThrow("ENOENT");
    await sync.dispose();
  });

  test("what may not be written or read is refused by name", async () => {
    const sync = await adb.sync();
    const file = fileOf(new Uint8Array(200_000));
    await expect(sync.write({ filename: "/system/bin/ls", file })).rejects.toThrow("Permission denied");
    const other = await adb.sync();
    await expect(readToEnd(other.read("/data/local/tmp/none"))).rejects.toThrow("No such file or directory");
  });

  test("a reverse tunnel carries bytes from a program on the phone to the computer and back", async () => {
    const address = await adb.reverse.add("localabstract:echo", async (socket) => {
      // Ends with an error when the program on the phone hangs up.
      socket.readable.pipeTo(socket.writable).catch(() => undefined);
    });
    expect(address).toBe("localabstract:echo");
    expect(await adb.reverse.list()).toMatchObject([
      { deviceSerial: "UsbFfs", localName: "localabstract:echo" },
    ]);
    const connect = rig.phone.android.sockets.find("localabstract:echo");
    if (!connect) throw new Error("nothing listens");
    const connection = await connect();
    const bytes = randomBytes(300_000);
    const written = connection.writable.getWriter().write(bytes);
    expect(await readAtLeast(connection.readable, bytes.byteLength)).toEqual(bytes);
    await written;
    connection.close();
    await adb.reverse.remove("localabstract:echo");
    expect(rig.phone.android.sockets.find("localabstract:echo")).toBeUndefined();
    expect(await adb.reverse.list()).toEqual([]);
  });

  test("localabstract: is refused until something on the phone listens, then carries bytes both ways", async () => {
    await expect(adb.createSocket("localabstract:greeter")).rejects.toThrow("Socket open failed");
    const listener = rig.phone.android.sockets.listen("localabstract:greeter");
    const socket = await adb.createSocket("localabstract:greeter");
    const accepted = await listener.accept();
    const bytes = randomBytes(700_000);
    const [near, far] = makeDuplexPair();
    void joinDuplexes(far, accepted);
    void near.readable.pipeTo(near.writable).catch(() => undefined);
    const writer = socket.writable.getWriter();
    void writer.write(bytes).catch(() => undefined);
    expect(await readAtLeast(socket.readable, bytes.byteLength)).toEqual(bytes);
    await socket.close();
    listener.close();
    await expect(adb.createSocket("localabstract:greeter")).rejects.toThrow("Socket open failed");
  });

  test("an unknown service is refused and the connection goes on", async () => {
    await expect(adb.createSocket("teleport:now")).rejects.toThrow("Socket open failed");
    expect((await shell("echo still here")).stdout).toBe("still here\n");
  });

  test("forty shells at once each get their own answer", async () => {
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, index) => shell(`echo ${index}; exit ${index}`)),
    );
    expect(answers.map(({ stdout, exitCode }) => [stdout, exitCode])).toEqual(
      Array.from({ length: 40 }, (_, index) => [`${index}\n`, index]),
    );
  });

  test("a pulled cable ends a transfer with an error, and a replug brings a new device", async () => {
    const sync = await adb.sync();
    const before = await rig.usb.getDevices();
    let sent = 0;
    const endless = new TangoStream<Uint8Array>({
      pull(controller) {
        controller.enqueue(new Uint8Array(64 * 1024));
        sent += 1;
        if (sent === 20) rig.unplug();
      },
    });
    const disconnected = new Promise((resolve) =>
      rig.usb.addEventListener("disconnect", ({ device }) => resolve(device)),
    );
    void adb.disconnected.catch(() => undefined);
    await expect(sync.write({ filename: "/data/local/tmp/endless", file: endless })).rejects.toSatisfy(
      (error) => error instanceof Error,
    );
    expect(await disconnected).toBe(before[0]);
    expect(await rig.usb.getDevices()).toEqual([]);

    const connected = new Promise((resolve) =>
      rig.usb.addEventListener("connect", ({ device }) => resolve(device)),
    );
    rig.plug();
    const after = await connected;
    expect(after).not.toBe(before[0]);
    expect(await rig.usb.getDevices()).toEqual([after]);
    const again = await connectTango(rig.usb, options);
    expect((await again.subprocess.shellProtocol?.spawnWaitText("echo back"))?.stdout).toBe("back\n");
  });

  test("a second computer is told that the phone is taken, until the first lets go", async () => {
    const other = rig.addComputer();
    await expect(connectTango(other)).rejects.toBeInstanceOf(AdbDaemonWebUsbDevice.DeviceBusyError);
    await adb.close();
    const mine = await connectTango(other);
    expect(await mine.subprocess.noneProtocol.spawnWaitText("echo mine")).toBe("mine\n");
  });
});
