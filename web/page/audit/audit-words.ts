import * as v from "valibot";
import type { AuditRow } from "../../../protocol/audit.ts";
import { commandParams, commandType } from "../../../protocol/command.ts";
import { commandWords } from "../wall/command-words.ts";

const commandDetails = v.object({ command_type: commandType, params: v.optional(commandParams, {}) });

/** What a row is about in a few words, when it is a command whose parameters are known. */
export function subjectOf(row: AuditRow): string | undefined {
  const parsed = v.safeParse(commandDetails, row.details);
  if (!parsed.success) return undefined;
  const { command_type: type, params } = parsed.output;
  return Object.keys(params).length === 0 && type !== "screenshot" ? type : commandWords({ type, params });
}

/** The details line by line: a path and what stands there, in JSON where it is neither a word nor an object. */
export function detailLines(details: unknown, path = ""): { name: string; text: string }[] {
  if (details === undefined || details === null) return [];
  if (typeof details !== "object" || Array.isArray(details)) {
    return [{ name: path === "" ? "details" : path, text: textOf(details) }];
  }
  return Object.entries(details).flatMap(([name, value]) =>
    detailLines(value, path === "" ? name : `${path}.${name}`),
  );
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

const good = new Set(["ok", "accepted", "completed", "taken", "granted", "broadcast"]);

/** The class of the badge that shows an outcome; faults' codes are in capitals. */
export function outcomeTone(outcome: string): string {
  if (good.has(outcome)) return "ok";
  return /^[A-Z_]+\b|failed|refused|rejected/.test(outcome) ? "bad" : "";
}

/** e.g. `24 Nov, 14:03:05`, as people here write it. */
export function momentWords(at: string): string {
  return new Date(at).toLocaleString(undefined, {
    day: "numeric",
    month: "short",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  });
}
