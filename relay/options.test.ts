import { describe, expect, test } from "vitest";
import { helpText, readOptions } from "./options.ts";
import { defaultSettings } from "./settings.ts";

describe("the options", () => {
  test("have defaults, and the farm's are the settings' own", () => {
    expect(readOptions([], {})).toMatchObject({
      ok: true,
      value: {
        start: { host: "127.0.0.1", port: 8787, dataDir: "./data", isHelpAsked: false },
        settings: defaultSettings,
      },
    });
  });

  test("beat the environment, which beats the defaults", () => {
    const env = {
      TABFARM_HOST: "0.0.0.0",
      TABFARM_PORT: "1",
      TABFARM_DATA: "/env",
      TABFARM_WORKER_TOKEN: "w",
      TABFARM_OPERATORS_MAY_SHELL: "1",
    };
    expect(
      readOptions(["--port", "2", "--data=/arg"], { ...env, TABFARM_DASHBOARD_TOKEN: "d" }),
    ).toMatchObject({
      value: {
        start: { host: "0.0.0.0", port: 2, dataDir: "/arg", workerToken: "w", dashboardToken: "d" },
        settings: { ...defaultSettings, operatorsMayShell: true },
      },
    });
  });

  test("an empty variable is one that is not set", () => {
    const env = { TABFARM_PORT: "", TABFARM_WORKER_TOKEN: "" };
    expect(readOptions([], env)).toMatchObject({ value: { start: { port: 8787, workerToken: undefined } } });
  });

  test("an origin may be given several times, in the variable between commas", () => {
    const both = { value: { start: { allowedOrigins: ["https://a.example", "http://b.example:81"] } } };
    const [one, other] = both.value.start.allowedOrigins;
    expect(readOptions([`--allowed-origin=${one}`, `--allowed-origin=${other}`], {})).toMatchObject(both);
    expect(readOptions([], { TABFARM_ALLOWED_ORIGIN: `${one}, ${other}` })).toMatchObject(both);
  });

  test("a secret is no argument, where everybody on the machine would see it", () => {
    expect(readOptions(["--worker-token", "w"], {})).toMatchObject({ ok: false });
    expect(helpText).toContain("  TABFARM_WORKER_TOKEN ");
  });

  test("the keys of JWTs come over https, or from this machine, and a secret for them is long", () => {
    for (const url of ["https://auth.example/jwks.json", "http://localhost:9999/jwks.json"]) {
      const read = readOptions(["--jwks-url", url], {});
      expect(read).toMatchObject({ value: { start: { jwksUrl: new URL(url) } } });
    }
    for (const url of ["http://auth.example/jwks.json", "file:///jwks.json", "jwks.json"]) {
      expect(readOptions(["--jwks-url", url], {})).toMatchObject({ ok: false });
    }
    expect(readOptions([], { TABFARM_JWT_HS256_SECRET: "x".repeat(31) })).toMatchObject({
      fault: { message: "TABFARM_JWT_HS256_SECRET must have at least 32 characters" },
    });
    expect(readOptions([], { TABFARM_JWT_HS256_SECRET: "x".repeat(32) })).toMatchObject({ ok: true });
  });

  test("a Supabase project is whole or absent, in the variables that its other programs read", () => {
    const env = {
      SUPABASE_URL: "https://project.supabase.co",
      SUPABASE_PUBLISHABLE_KEY: "sb_publishable_x",
      SUPABASE_SECRET_KEY: "sb_secret_x",
      SUPABASE_FARM_ID: "5b0c2d6e-3f8f-5c9b-8a70-0d6a2c1f9b11",
    };
    expect(readOptions([], env)).toMatchObject({
      value: { start: { supabaseUrl: new URL(env.SUPABASE_URL), supabaseSecretKey: "sb_secret_x" } },
    });
    expect(readOptions([], { ...env, SUPABASE_SECRET_KEY: "", SUPABASE_FARM_ID: "" })).toMatchObject({
      fault: { message: "a Supabase project needs SUPABASE_FARM_ID, SUPABASE_SECRET_KEY too" },
    });
    expect(readOptions(["--supabase-farm", "mine"], env)).toMatchObject({
      fault: { message: expect.stringMatching(/^SUPABASE_FARM_ID must be a UUID/) },
    });
    expect(readOptions(["--supabase-url", "http://project.example"], env)).toMatchObject({ ok: false });
  });

  test("a time or an amount says its unit in its name, and everything else is counted", () => {
    const names = [...helpText.matchAll(/--(\S+) <(?:number|seconds|days)>/g)].map(([, name]) => name);
    expect(names.filter((name) => !/-(seconds|days|megabytes)$/.test(String(name)))).toEqual([
      "port",
      "waiting-commands",
      "fallback-messages-per-second",
      "events-per-second",
    ]);
    const env = { TABFARM_LEASE_IDLE_SECONDS: "20", TABFARM_AUDIT_KEEP_MEGABYTES: "5" };
    expect(readOptions(["--lease-warning-seconds", "10", "--audit-keep-days=7"], env)).toMatchObject({
      value: {
        settings: {
          leaseIdleMs: 20_000,
          leaseWarningMs: 10_000,
          auditKeepDays: 7,
          auditKeepBytes: 5_000_000,
        },
      },
    });
  });

  test("an IPv6 address may come in brackets", () => {
    expect(readOptions(["--host", "[::1]"], {})).toMatchObject({
      value: { start: { host: "::1" } },
    });
  });

  test.each([
    [["--port", "abc"]],
    [["--port", "65536"]],
    [["--port", "-1"]],
    [["--port", "80.5"]],
    [["--port"]],
    [["--prot", "1"]],
    [["start"]],
    [["--host", ""]],
    [["--data", ""]],
    [["--tls-cert", "cert.pem"]],
    [["--tls-key", "key.pem"]],
    [["--allowed-origin", "farm.example"]],
    [["--allowed-origin", "https://farm.example/"]],
  ])("%j is refused in one line", (args) => {
    const read = readOptions(args, {});
    expect(read).toMatchObject({ ok: false, fault: { message: expect.stringMatching(/^.+$/) } });
  });

  test("a bad variable is refused by its name", () => {
    for (const [name, value] of [
      ["TABFARM_PORT", "abc"],
      ["TABFARM_OPERATORS_MAY_SHELL", "maybe"],
    ] as const) {
      const message = expect.stringMatching(new RegExp(`^${name} must be .*"${value}"$`));
      expect(readOptions([], { [name]: value })).toMatchObject({ ok: false, fault: { message } });
    }
  });
});
