import { describe, expect, test } from "vitest";
import { readOptions } from "./options.ts";

describe("the options", () => {
  test("have defaults", () => {
    expect(readOptions([], {})).toEqual({
      ok: true,
      value: { host: "127.0.0.1", port: 8787, dataDir: "./data", isHelpAsked: false },
    });
  });

  test("beat the environment, which beats the defaults", () => {
    const env = {
      TABFARM_HOST: "0.0.0.0",
      TABFARM_PORT: "1",
      TABFARM_DATA: "/env",
      TABFARM_WORKER_TOKEN: "w",
    };
    expect(readOptions(["--port", "2", "--data=/arg"], { ...env, TABFARM_DASHBOARD_TOKEN: "d" })).toEqual({
      ok: true,
      value: {
        host: "0.0.0.0",
        port: 2,
        dataDir: "/arg",
        workerToken: "w",
        dashboardToken: "d",
        isHelpAsked: false,
      },
    });
  });

  test("an empty variable is one that is not set", () => {
    const env = { TABFARM_PORT: "", TABFARM_WORKER_TOKEN: "" };
    const read = readOptions([], env);
    expect(read).toMatchObject({ ok: true, value: { port: 8787 } });
    expect(read).not.toHaveProperty("value.workerToken");
  });

  test("an IPv6 address may come in brackets", () => {
    expect(readOptions(["--host", "[::1]"], {})).toMatchObject({ value: { host: "::1" } });
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
  ])("%j is refused in one line", (args) => {
    const read = readOptions(args, {});
    expect(read).toMatchObject({ ok: false, fault: { message: expect.stringMatching(/^.+$/) } });
  });
});
