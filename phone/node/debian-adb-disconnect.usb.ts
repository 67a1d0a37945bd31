import { once } from "node:events";
import { mkdtemp, open, rm, stat } from "node:fs/promises";
import { connect as connectTo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { listen } from "./listen.ts";
import { type DebianAdb, startDebianAdb } from "./testing/debian-adb.ts";
import { type RunningPhones, startPhones } from "./testing/running-phones.ts";

/** The computer goes in the middle of anything: the phone ends what was for it, keeps nothing half done, and goes on. */

let phones: RunningPhones;
/** The computer that goes. */
let adb: DebianAdb;
/** Another one, which stays and sees what is left. */
let witness: DebianAdb;
let serial: string;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tabfarm-files-"));
  // Holes in a file cost no disk; it takes a phone long enough to be caught in the middle.
  const file = await open(local("large.apk"), "w");
  await file.truncate(200_000_000);
  await file.close();
  phones = await startPhones(["--tcp", "0"]);
  serial = phones.addresses[0] ?? "";
  [adb, witness] = await Promise.all([startDebianAdb(), startDebianAdb()]);
  await witness.run(["connect", serial]);
});
afterAll(async () => {
  await Promise.all([adb.close(), witness.close()]);
  await phones.stop();
  await rm(folder, { recursive: true });
});

beforeEach(async () => void (await adb.run(["connect", serial])));
afterEach(async () => {
  // Whatever happened, the same computer may come back.
  await adb.run(["disconnect", serial]);
  await adb.run(["connect", serial]);
  expect((await adb.run(["-s", serial, "shell", "echo back"])).text).toBe("back\n");
  expect(await seen("ps | wc -l")).toBe("2\n");
  expect(await seen("ls /data/local/tmp; pm list packages -3")).toBe("");
});

const local = (name: string) => join(folder, name);
const start = (...args: string[]) => adb.start(["-s", serial, ...args]);
const seen = async (command: string) =>
  (await witness.run(["-s", serial, "shell", command])).stdout.toString();
const isRunning = async (name: string) =>
  await expect.poll(() => seen(`pidof ${name}`), { interval: 5 }).toMatch(/\d/);

const goings: [string, () => Promise<unknown>][] = [
  ["adb disconnect", async () => await adb.run(["disconnect", serial])],
  ["a killed adb server", async () => await adb.killServer()],
];

describe.each(goings)("%s", (_, go) => {
  test("ends a shell's command", async () => {
    const command = start("shell", "sleep 1000");
    await isRunning("sleep");
    await go();
    await command.ended;
    await expect.poll(() => seen("pidof sleep")).toBe("");
  });

  test("ends a terminal, its shell and what runs in it", async () => {
    const command = start("shell", "-t", "-t");
    command.type("cat\r");
    await isRunning("cat");
    await go();
    await command.ended;
    await expect.poll(() => seen("pidof cat sh")).toBe("");
  });

  test("ends a command that prints without end", async () => {
    const command = start("exec-out", "yes");
    await isRunning("yes");
    await expect.poll(() => command.printed().length).toBeGreaterThan(1_000_000);
    await go();
    await command.ended;
    await expect.poll(() => seen("pidof yes")).toBe("");
  });

  test("takes a file away that was half pushed", async () => {
    const command = start("push", local("large.apk"), "/data/local/tmp/half");
    await expect.poll(() => seen("ls /data/local/tmp"), { interval: 5 }).toBe("half\n");
    await go();
    expect((await command.ended).exitCode).toBe(1);
    await expect.poll(() => seen("ls /data/local/tmp")).toBe("");
  });

  test("ends a pull", async () => {
    await witness.run(["-s", serial, "push", local("large.apk"), "/data/local/tmp/whole"]);
    const command = start("pull", "/data/local/tmp/whole", local("pulled"));
    await expect.poll(async () => (await sizeOf(local("pulled"))) > 0, { interval: 5 }).toBe(true);
    await go();
    expect((await command.ended).exitCode).toBe(1);
    expect(await sizeOf(local("pulled"))).toBeLessThan(200_000_000);
    await seen("rm /data/local/tmp/whole");
    await rm(local("pulled"), { force: true });
  });

  test("installs nothing of an app that was half sent", async () => {
    const command = start("install", local("large.apk"));
    await isRunning("cmd");
    await go();
    expect((await command.ended).exitCode).toBe(1);
    await expect.poll(() => seen("pidof cmd")).toBe("");
    expect(await seen("pm list packages -3")).toBe("");
  });

  test("ends a log that is followed", async () => {
    const command = start("logcat");
    await isRunning("logcat");
    await go();
    await command.ended;
    await expect.poll(() => seen("pidof logcat")).toBe("");
  });

  test("closes a tunnel and what goes through it, and frees its address", async () => {
    const server = createServer((socket) => socket.pipe(socket));
    const port = await listen(server, 0, "127.0.0.1");
    await start("reverse", "tcp:7001", `tcp:${port}`).ended;
    const forwarded = Number((await start("forward", "tcp:0", "tcp:7001").ended).text);
    const socket = connectTo(forwarded, "127.0.0.1");
    socket.write("ping");
    expect(String((await once(socket, "data")) as unknown)).toBe("ping");
    const closed = once(socket, "close");
    await go();
    await closed;
    await expect
      .poll(async () => (await witness.run(["-s", serial, "reverse", "tcp:7001", "tcp:1"])).exitCode)
      .toBe(0);
    await witness.run(["-s", serial, "reverse", "--remove-all"]);
    server.close();
  });

  test("ends a screenshot", async () => {
    const command = start("exec-out", "screencap -p");
    await isRunning("screencap");
    await go();
    await command.ended;
    await expect.poll(() => seen("pidof screencap")).toBe("");
  });

  test("does not hold a reboot up", async () => {
    await start("reboot").ended;
    await go();
    // The witness, too, has lost it meanwhile.
    await witness.run(["-s", serial, "wait-for-device"]);
    expect(await seen("echo back")).toBe("back\n");
  });
});

async function sizeOf(path: string): Promise<number> {
  return await stat(path).then(
    ({ size }) => size,
    () => 0,
  );
}
