import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { startRelay, type RunningRelay } from "../start.ts";
import { eventually } from "../testing/eventually.ts";
import { connectSocketIo } from "../testing/socket-io-client.ts";
import { runSubcommand } from "./subcommands.ts";

let folder: string;
let dataDir: string;
let relay: RunningRelay | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tabfarm-commands-"));
  dataDir = join(folder, "data");
});
afterEach(async () => {
  await relay?.close();
  relay = undefined;
  rmSync(folder, { recursive: true });
});

/** What the terminal shows: the output, or the one line of a failure. */
async function tabfarm(
  line: string,
  env: Record<string, string> = { TABFARM_DATA: dataDir },
): Promise<string> {
  const [word = "", ...args] = line.split(" ");
  let text = "";
  const output = new Writable({
    write(chunk, _, done) {
      text += String(chunk);
      done();
    },
  });
  const done = await runSubcommand(word, args, env, output);
  return done.ok ? text : `${done.fault.code}: ${done.fault.message}`;
}
function secretIn(text: string): string {
  return /^tf[wo]_\S+$/m.exec(text)?.[0] ?? "";
}
function idIn(text: string): string {
  return / ([0-9a-f]{10}) /.exec(text)?.[1] ?? "";
}

describe("[A3, A7] tabfarm, while the relay runs", () => {
  test("makes a key that lets its PC in, and ends its connection when it is revoked", async () => {
    relay = await startRelay({ host: "127.0.0.1", port: 0, dataDir });
    const created = await tabfarm("worker-key create --pc desk-1");
    const auth = { type: "worker", token: secretIn(created), pc_id: "desk-1" };
    const connected = await connectSocketIo(relay.url, "/worker", auth);
    if (!connected.ok) throw new Error(connected.fault.message);
    expect(await tabfarm(`worker-key revoke ${idIn(created)}`)).toMatch(/is revoked/);
    await eventually(() => expect(connected.value.isClosed()).toBe(true));
    expect(connected.value.errors()).toMatchObject([{ code: "AUTH_FAILED" }]);
    const again = await connectSocketIo(relay.url, "/worker", auth);
    expect(again).toMatchObject({ ok: false, fault: { code: "AUTH_FAILED" } });
  });

  test("makes an operator with a role", async () => {
    relay = await startRelay({ host: "127.0.0.1", port: 0, dataDir });
    const token = secretIn(await tabfarm("operator create --name anna --role viewer --expires-days 30"));
    const connected = await connectSocketIo(relay.url, "/dashboard", { type: "dashboard", token });
    if (!connected.ok) throw new Error(connected.fault.message);
    const answer = await connected.value.request("device:list", {});
    connected.value.close();
    expect(answer).toMatchObject({ actor: "anna", role: "viewer" });
  });
});

describe("tabfarm, without a relay", () => {
  test("makes the folder, for its owner only, and lists what there is without secrets", async () => {
    const key = await tabfarm("worker-key create --pc desk-1 --expires-days 1");
    const operator = await tabfarm("operator create --name anna --role admin");
    expect(statSync(dataDir).mode % 0o1000).toBe(0o700);
    expect(statSync(join(dataDir, "credentials.db")).mode % 0o1000).toBe(0o600);
    const keys = await tabfarm("worker-key list");
    const who = `tabfarm ${userInfo().username}`;
    expect(keys).toMatch(new RegExp(`^${idIn(key)}  desk-1  made \\S+ by ${who}  expires \\S+\n$`));
    await tabfarm(`operator revoke ${idIn(operator)}`, { TABFARM_DATA: dataDir });
    const operators = await tabfarm(`operator list --data ${dataDir}`, {});
    expect(operators).toMatch(
      new RegExp(`^${idIn(operator)}  anna  admin  made .*  revoked \\S+ by ${who}\n$`),
    );
    for (const secret of [key, operator].map(secretIn)) expect(keys + operators).not.toContain(secret);
  });

  test.each([
    ["worker-key", /create, list, revoke/],
    ["worker-key make", /create, list, revoke/],
    ["worker-key create", /--pc is needed/],
    ["worker-key create --pc a/b", /--pc is needed/],
    ["worker-key create --pc desk-1 --role admin", /role/],
    ["worker-key create --pc desk-1 --expires-days 0", /--expires-days/],
    ["operator create --name anna", /--role is needed: viewer, operator, admin/],
    ["operator create --role admin", /--name is needed/],
    ["operator create --name worker --role admin", /must not begin with "worker"/],
    ["operator revoke", /operator list shows the ids/],
  ])("says what is wrong with: %s", async (line, problem) => {
    expect(await tabfarm(line)).toMatch(/^INVALID_PAYLOAD: /);
    expect(await tabfarm(line)).toMatch(problem);
  });

  test("says what cannot be done", async () => {
    expect(await tabfarm("operator revoke 0123456789")).toMatch(/^FORBIDDEN: there is no operator token/);
    await tabfarm("operator create --name anna --role viewer");
    expect(await tabfarm("operator create --name anna --role viewer")).toMatch(/^FORBIDDEN: .*anna/);
    expect(await tabfarm("operator list", { TABFARM_DATA: "/proc/none" })).toMatch(/^INTERNAL: cannot make/);
  });
});
