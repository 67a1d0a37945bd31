import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";

const tool = fileURLToPath(new URL("tabfarm.ts", import.meta.url));

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), "tabfarm-tool-"));
});
afterEach(() => rmSync(dataDir, { recursive: true }));

function run(...args: string[]) {
  const env = { PATH: process.env["PATH"] ?? "", TABFARM_DATA: dataDir };
  const { status, stdout, stderr } = spawnSync(process.execPath, [tool, ...args], { encoding: "utf8", env });
  return { status, stdout, stderr };
}

test("without a word, or with --help, the tool says what it can do", () => {
  const help = run("--help");
  expect(help).toMatchObject({ status: 0, stderr: "" });
  for (const call of ["worker-key create --pc", "operator revoke <id>", "audit verify", "--data <folder>"]) {
    expect(help.stdout).toContain(call);
  }
  expect(run()).toEqual(help);
  expect(run("operator", "create", "--help")).toEqual(help);
});

test("what it did is on its output; bad usage is one line and exit code 2, a refusal one line and 1", () => {
  const create = ["operator", "create", "--name", "anna", "--role", "viewer"];
  expect(run(...create)).toMatchObject({
    status: 0,
    stdout: expect.stringMatching(/^tfo_\S+$/m),
    stderr: "",
  });
  const oneLine = expect.stringMatching(/^tabfarm: .+\n$/);
  expect(run("toString")).toEqual({ status: 2, stdout: "", stderr: oneLine });
  expect(run(...create)).toEqual({ status: 1, stdout: "", stderr: oneLine });
});
