import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type DebianAdb, startDebianAdb } from "./testing/debian-adb.ts";
import { type RunningPhones, startPhones } from "./testing/running-phones.ts";

/** Phones that ask before they let a computer in; each test's computer has a new key. */

let phones: RunningPhones;
let serial: string;
const computers: DebianAdb[] = [];

beforeAll(async () => {
  phones = await startPhones(["--tcp", "0", "--secure"]);
  serial = phones.addresses[0] ?? "";
});
afterEach(async () => {
  for (const computer of computers.splice(0)) await computer.close();
});
afterAll(async () => await phones.stop());

async function newComputer(): Promise<DebianAdb> {
  const computer = await startDebianAdb();
  computers.push(computer);
  return computer;
}
const stateOf = async (adb: DebianAdb) =>
  new RegExp(`^${serial}\\t(\\w+)$`, "m").exec((await adb.run(["devices"])).text)?.[1];

test("a computer is unauthorized until somebody taps Allow on the phone, every time when not always", async () => {
  const adb = await newComputer();
  const asked = adb.start(["connect", serial]);
  await expect.poll(() => phones.say("list")).toContain("asks on its screen");
  expect(await stateOf(adb)).toBe("unauthorized");
  const refused = await adb.run(["-s", serial, "shell", "echo in"]);
  expect(refused.exitCode).toBe(1);
  expect(refused.text).toMatch(/^(?:error|adb): device unauthorized/);

  expect(await phones.say("allow 1")).toContain("lets the computer in");
  await asked.ended;
  await expect.poll(() => stateOf(adb)).toBe("device");
  expect((await adb.run(["-s", serial, "shell", "echo in"])).text).toBe("in\n");

  await adb.run(["disconnect", serial]);
  const again = adb.start(["connect", serial]);
  await expect.poll(() => phones.say("list")).toContain("asks on its screen");
  await phones.say("allow 1");
  await again.ended;
  await expect.poll(() => stateOf(adb)).toBe("device");
});

test("the question goes with the computer that asked, and the phone asks the next one", async () => {
  const gone = await newComputer();
  const asked = gone.start(["connect", serial]);
  await expect.poll(() => phones.say("list")).toContain("asks on its screen");
  await gone.killServer();
  await asked.ended;
  await expect.poll(() => phones.say("list")).not.toContain("asks on its screen");

  const next = await newComputer();
  const nextAsked = next.start(["connect", serial]);
  await expect.poll(() => phones.say("list")).toContain("asks on its screen");
  await phones.say("allow 1");
  await nextAsked.ended;
  await expect.poll(() => stateOf(next)).toBe("device");
});
