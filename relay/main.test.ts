import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { eventually } from "./testing/eventually.ts";
import { connectSocketIo } from "./testing/socket-io-client.ts";

const main = fileURLToPath(new URL("main.ts", import.meta.url));

let folder: string;
let dataDir: string;
let children: ChildProcess[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tabfarm-main-"));
  dataDir = join(folder, "data");
  children = [];
});
afterEach(() => {
  for (const child of children) child.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

interface Run {
  child: ChildProcess;
  output(): string;
  errors(): string;
  exitCode: Promise<number>;
}

/** Starts the relay as an operator does. */
function run(args: string[], env: Record<string, string> = {}): Run {
  const child = spawn(process.execPath, [main, ...args], {
    env: { PATH: process.env["PATH"] ?? "", ...env },
  });
  children.push(child);
  let output = "";
  let errors = "";
  child.stdout.on("data", (chunk: Buffer) => {
    output += chunk.toString();
  });
  child.stderr.on("data", (chunk: Buffer) => {
    errors += chunk.toString();
  });
  const exitCode = once(child, "close").then(([code]: unknown[]) => Number(code));
  return { child, output: () => output, errors: () => errors, exitCode };
}

interface Link {
  origin: string;
  fragment: URLSearchParams;
}

async function linkTo(relay: Run, page: string): Promise<Link> {
  return eventually(() => {
    const url = new URL(relay.output().match(new RegExp(`http:\\S+/${page}#\\S+`))?.[0] ?? "");
    return { origin: url.origin, fragment: new URLSearchParams(url.hash.slice(1)) };
  });
}

function connectWith({ origin, fragment }: Link, namespace: string) {
  const auth = { type: "dashboard", token: fragment.get("token") ?? fragment.get("dashboard_token") };
  return connectSocketIo(origin, namespace, auth, { transports: ["websocket"] });
}

/** The one line of a relay that failed; its exit code, if that is not 1. */
async function failureOf(relay: Run): Promise<string> {
  const code = await relay.exitCode;
  const isOneLine = /^tabfarm: .+\n$/.test(relay.errors()) && relay.output() === "";
  return code === 1 && isOneLine ? relay.errors() : `${code}: ${relay.output()}${relay.errors()}`;
}

const anyPort = ["--port", "0"];

describe("node relay/main.ts", { timeout: 20_000 }, () => {
  test("prints links whose tokens let in, keeps them for its owner only, and says nothing else", async () => {
    const relay = run([...anyPort, "--data", dataDir]);
    const link = await linkTo(relay, "dashboard");
    const connected = await connectWith(link, "/dashboard");
    expect(connected.ok).toBe(true);
    const kept = readFileSync(join(dataDir, "tokens.json"), "utf8");
    expect(JSON.parse(kept)).toEqual({
      worker: (await linkTo(relay, "worker")).fragment.get("token"),
      dashboard: link.fragment.get("token"),
    });
    expect(Object.fromEntries((await linkTo(relay, "demo")).fragment)).toEqual({
      worker_token: expect.stringMatching(/^[\w-]{43}$/),
      dashboard_token: link.fragment.get("token"),
    });
    expect(statSync(dataDir).mode % 0o1000).toBe(0o700);
    for (const file of ["tokens.json", "relay.db"]) {
      expect(statSync(join(dataDir, file)).mode % 0o1000).toBe(0o600);
    }
    relay.child.kill("SIGTERM");
    expect(await relay.exitCode).toBe(0);
    expect(relay.errors()).toBe("");

    const again = run([...anyPort, "--data", dataDir]);
    expect((await linkTo(again, "dashboard")).fragment.get("token")).toBe(link.fragment.get("token"));
  });

  test.each(["SIGINT", "SIGTERM"] as const)(
    "stops on %s in under a second, whoever hangs",
    async (signal) => {
      const relay = run([...anyPort, "--data", dataDir]);
      const link = await linkTo(relay, "dashboard");
      const reading = await connectWith(link, "/dashboard");
      const hanging = await connectWith(link, "/stream");
      if (!reading.ok || !hanging.ok) throw new Error("was not let in");
      hanging.value.pause();
      const startedAt = performance.now();
      relay.child.kill(signal);
      expect(await relay.exitCode).toBe(0);
      expect(performance.now() - startedAt).toBeLessThan(1000);
      expect(reading.value.isClosed()).toBe(true);
      hanging.value.close();
    },
  );

  test("takes options and tokens from the environment and shows neither token in its log", async () => {
    const tokens = { TABFARM_WORKER_TOKEN: "the worker's", TABFARM_DASHBOARD_TOKEN: "the dashboard's" };
    const relay = run([], { TABFARM_PORT: "0", TABFARM_DATA: dataDir, TABFARM_HOST: "127.0.0.1", ...tokens });
    const link = await linkTo(relay, "dashboard");
    expect(link.fragment.get("token")).toBe("the dashboard's");
    expect((await connectSocketIo(link.origin, "/dashboard", { type: "dashboard", token: "x" })).ok).toBe(
      false,
    );
    const connected = await connectWith(link, "/dashboard");
    expect(connected.ok).toBe(true);
    await eventually(() => expect(relay.output()).toMatch(/refused[^]*connected from/));
    for (const token of Object.values(tokens)) expect(relay.output()).not.toContain(token);
    if (connected.ok) connected.value.close();
  });

  test("--help explains the options", async () => {
    const relay = run(["--help"]);
    expect(await relay.exitCode).toBe(0);
    for (const word of ["--host", "--port", "--data", "TABFARM_WORKER_TOKEN"]) {
      expect(relay.output()).toContain(word);
    }
  });

  const badUsage: [string, string[]][] = [
    ["an unknown option", ["--prot", "1"]],
    ["a bad port", ["--port", "80808"]],
    ["a missing value", ["--data"]],
    ["what is no option", ["operator"]],
  ];
  test.each(badUsage)("%s is one line and exit code 2", async (_, args) => {
    const relay = run(args);
    expect(await relay.exitCode).toBe(2);
    expect(relay.errors()).toMatch(/^tabfarm: .+\n$/);
    expect(relay.output()).toBe("");
  });

  test("a port in use is one line and exit code 1", async () => {
    const holder = createServer().listen(0, "127.0.0.1");
    await once(holder, "listening");
    const address = holder.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    expect(await failureOf(run(["--port", String(port), "--data", dataDir]))).toMatch(
      /^tabfarm: .*in use.*--port/,
    );
    holder.close();
  });

  test("a folder that cannot be written is one line and exit code 1", async () => {
    const file = join(folder, "file");
    writeFileSync(file, "");
    expect(await failureOf(run([...anyPort, "--data", join(file, "data")]))).toMatch(
      /^tabfarm: cannot make the data folder/,
    );
  });

  test("a folder in a file system that takes no folders is one line and exit code 1 too", async () => {
    expect(await failureOf(run([...anyPort, "--data", "/proc/tabfarm/data"]))).toMatch(
      /^tabfarm: cannot make the data folder/,
    );
  });

  test("a folder that another relay uses is one line and exit code 1, and the other one goes on", async () => {
    const first = run([...anyPort, "--data", dataDir]);
    const link = await linkTo(first, "dashboard");
    expect(await failureOf(run([...anyPort, "--data", dataDir]))).toMatch(/^tabfarm: another relay/);
    expect((await fetch(`${link.origin}/healthz`)).status).toBe(200);
  });

  test("a store or a tokens file that is none is one line and exit code 1", async () => {
    const relay = run([...anyPort, "--data", dataDir]);
    await linkTo(relay, "dashboard");
    relay.child.kill("SIGTERM");
    await relay.exitCode;
    writeFileSync(join(dataDir, "relay.db"), "not a database ".repeat(100));
    expect(await failureOf(run([...anyPort, "--data", dataDir]))).toMatch(/^tabfarm: cannot open the store/);
    writeFileSync(join(dataDir, "tokens.json"), "{}");
    expect(await failureOf(run([...anyPort, "--data", dataDir]))).toMatch(
      /^tabfarm: .* is not a tokens file/,
    );
  });

  test("an address that is not this machine's is one line and exit code 1", async () => {
    expect(
      await failureOf(
        run([...anyPort, "--host", "192.0.2.7", "--data", dataDir, "--allow-generated-tokens"]),
      ),
    ).toMatch(/^tabfarm: .* is not an address/);
  });

  describe("[W8] beyond this machine", () => {
    const everywhere = [...anyPort, "--host", "0.0.0.0"];

    test("generated tokens are refused in one line with three ways out", async () => {
      const line = await failureOf(run([...everywhere, "--data", dataDir]));
      for (const way of ["TABFARM_WORKER_TOKEN", "--no-bootstrap-tokens", "--allow-generated-tokens"]) {
        expect(line).toContain(way);
      }
      expect(existsSync(dataDir)).toBe(false);
    });

    test("a chosen token that is short is refused, and so is one without the other", async () => {
      const token = "a-token-that-is-long-enough";
      const both = { TABFARM_WORKER_TOKEN: token, TABFARM_DASHBOARD_TOKEN: "short" };
      expect(await failureOf(run([...everywhere, "--data", dataDir], both))).toMatch(/fewer than 16/);
      const one = { TABFARM_WORKER_TOKEN: token };
      expect(await failureOf(run([...everywhere, "--data", dataDir], one))).toMatch(/generated tokens/);
    });

    const waysOut: [string, string[], Record<string, string>][] = [
      [
        "two long tokens",
        [],
        { TABFARM_WORKER_TOKEN: "w".repeat(16), TABFARM_DASHBOARD_TOKEN: "d".repeat(16) },
      ],
      ["--allow-generated-tokens", ["--allow-generated-tokens"], {}],
      ["--no-bootstrap-tokens", ["--no-bootstrap-tokens"], {}],
    ];
    test.each(waysOut)("%s lets it listen", async (_, args, env) => {
      const relay = run([...everywhere, "--data", dataDir, ...args], env);
      await eventually(() => expect(relay.output()).toMatch(/worker +http:\/\/localhost:\d+\/worker/));
      relay.child.kill("SIGTERM");
      expect(await relay.exitCode).toBe(0);
    });
  });

  test("[W8] without bootstrap tokens not even those of the folder let anybody in", async () => {
    const before = run([...anyPort, "--data", dataDir]);
    const token = (await linkTo(before, "dashboard")).fragment.get("token");
    before.child.kill("SIGTERM");
    await before.exitCode;
    const relay = run([...anyPort, "--data", dataDir, "--no-bootstrap-tokens"]);
    const link = await eventually(() => new URL(relay.output().match(/http:\S+\/dashboard\b\S*/)?.[0] ?? ""));
    expect(link.hash).toBe("");
    const auth = { type: "dashboard", token };
    expect(await connectSocketIo(link.origin, "/dashboard", auth)).toMatchObject({
      fault: { code: "AUTH_FAILED" },
    });
    const chosen = { TABFARM_WORKER_TOKEN: "w".repeat(16) };
    expect(await failureOf(run([...anyPort, "--data", dataDir, "--no-bootstrap-tokens"], chosen))).toMatch(
      /contradict/,
    );
  });
});
