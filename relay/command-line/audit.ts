import { existsSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { parseArgs } from "node:util";
import type { Writable } from "node:stream";
import { fail, succeed, type Result } from "../../protocol/fault.ts";
import { exportTrail } from "../audit/export.ts";
import { verifyTrail } from "../audit/verification.ts";
import type { Subcommand } from "./subcommands.ts";

/** `tabfarm audit …`: reads the trail of a data folder, also while its relay writes it. */
export const auditCommand: Subcommand = {
  usage: {
    "audit verify [--head <hash>]":
      "says whether the record is whole, and whether it has a head that was noted",
    "audit export [--from <time>] [--until <time>]": "writes it as JSON lines, the oldest first",
  },
  async run(args, env, output) {
    const read = readArguments(args);
    if (!read.ok) return read;
    const { word, data, head, from, until } = read.value;
    const opened = openTrail(data ?? env["TABFARM_DATA"] ?? "./data");
    if (!opened.ok) return opened;
    try {
      if (word === "verify") return verify(opened.value, head, output);
      const range = { fromMs: from, untilMs: until };
      await exportTrail(opened.value, range, output);
      return succeed(undefined);
    } finally {
      opened.value.close();
    }
  },
};

interface AuditArguments {
  word: "verify" | "export";
  data: string | undefined;
  head: string | undefined;
  from: number | undefined;
  until: number | undefined;
}

function readArguments(args: string[]): Result<AuditArguments> {
  const text = { type: "string" } as const;
  let parsed;
  try {
    const options = { data: text, head: text, from: text, until: text };
    parsed = parseArgs({ args, allowPositionals: true, options });
  } catch (failure) {
    const [firstLine = ""] = (failure instanceof Error ? failure.message : String(failure)).split("\n");
    return fail("INVALID_PAYLOAD", firstLine);
  }
  const { positionals, values } = parsed;
  const [word] = positionals;
  if (positionals.length !== 1 || (word !== "verify" && word !== "export")) {
    return fail("INVALID_PAYLOAD", 'audit takes "verify" or "export"');
  }
  const { data, head } = values;
  if (head !== undefined && !/^[0-9a-f]{64}$/.test(head)) {
    return fail("INVALID_PAYLOAD", "--head must be a hash of 64 hexadecimal digits");
  }
  const [from, until] = [values.from, values.until].map((time) => time && Date.parse(time));
  if (Number.isNaN(from) || Number.isNaN(until)) {
    return fail("INVALID_PAYLOAD", "--from and --until must be times like 2026-11-24T18:00:00Z");
  }
  return succeed({ word, data, head, from: timeOf(from), until: timeOf(until) });
}

function timeOf(value: string | number | undefined): number | undefined {
  return typeof value === "number" ? value : undefined;
}

function openTrail(folder: string): Result<DatabaseSync> {
  const path = join(folder, "relay.db");
  if (!existsSync(path)) return fail("INTERNAL", `there is no store in ${folder}; --data names the folder`);
  try {
    const database = new DatabaseSync(path, { readOnly: true });
    database.prepare("SELECT hash FROM audit_events LIMIT 1").get();
    return succeed(database);
  } catch (failure) {
    const reason = failure instanceof Error ? failure.message : String(failure);
    return fail("INTERNAL", `cannot read the trail in ${path}: ${reason}`);
  }
}

function verify(database: DatabaseSync, notedHead: string | undefined, output: Writable): Result<void> {
  const found = verifyTrail(database, notedHead);
  if (found.kind === "broken") {
    return fail("INTERNAL", `the audit trail is broken at row ${found.sequence}: ${found.problem}`);
  }
  const { rows, first, last, prunedUntil, head } = found;
  const span = first && last ? `, ${first.sequence} (${first.at}) to ${last.sequence} (${last.at})` : "";
  const pruned = prunedUntil > 0 ? `rows up to ${prunedUntil} are no longer kept\n` : "";
  const noted = notedHead === undefined ? "" : "the head that was noted is in it\n";
  output.write(`the audit trail is whole: ${rows} rows${span}\n${pruned}${noted}head ${head}\n`);
  return succeed(undefined);
}
