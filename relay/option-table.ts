import { parseArgs } from "node:util";
import { fail, succeed, type Result } from "../protocol/fault.ts";
import { isLoopback } from "./http/caller.ts";

/** One thing an operator may set: `--<name>`, and the variable `TABFARM_<NAME>` for the same. */
export interface Option<T> {
  name: string;
  /** Instead of `TABFARM_<NAME>`: one that other programs read, too. */
  variable?: string;
  /** What stands for its value in the help; a switch has none, and its variable is `1`. */
  placeholder?: string;
  /** A few words; the fallback is told behind them. */
  help: string;
  /** `-h` for `--help`. */
  letter?: string;
  /** A secret is read from its variable only: arguments are everybody's to see. */
  isSecret?: boolean;
  /** May be given several times; in the variable its values stand between commas. */
  isRepeatable?: boolean;
  /** What holds when it is not given, as the operator would write it; without one, `read` gets nothing. */
  fallback?: string;
  /** Turns what was given, in its order, into the value. A failure says in a few words what it must be. */
  read(given: string[]): Result<T>;
}

export type OptionTable = Record<string, Option<unknown>>;
export type OptionValues<T extends OptionTable> = {
  [Key in keyof T]: T[Key] extends Option<infer Value> ? Value : never;
};

type Description<T> = Omit<Option<T>, "read">;

export function textOption(
  description: Description<string> & { fallback: string },
  tidy = (text: string) => text,
): Option<string> {
  return { ...description, read: ([text = ""]) => nonEmpty(tidy(text)) };
}

export function maybeTextOption({
  leastLength = 1,
  ...description
}: Description<string> & { leastLength?: number }): Option<string | undefined> {
  return {
    ...description,
    read([text]) {
      if (text === undefined || text.length >= leastLength) return succeed(text);
      return text === ""
        ? nonEmpty(text)
        : fail("INVALID_PAYLOAD", `must have at least ${leastLength} characters`);
    },
  };
}

/** Something to be fetched that must be genuine: over https, or from this machine. */
export function secureUrlOption(description: Description<URL>): Option<URL | undefined> {
  return {
    ...description,
    read([text]) {
      if (text === undefined) return succeed(text);
      const url = URL.canParse(text) ? new URL(text) : undefined;
      const isSecure = url?.protocol === "https:" || (url?.protocol === "http:" && isLoopback(url.hostname));
      return url !== undefined && isSecure
        ? succeed(url)
        : refuse("must begin with https://, or with http:// on this machine", text);
    },
  };
}

/** A whole number from `least` to `most`; the value is `times` as much: 1000 for seconds kept as milliseconds. */
export function numberOption(
  least: number,
  most: number,
  { times = 1, ...description }: Description<number> & { fallback: string; times?: number },
): Option<number> {
  return {
    ...description,
    read([text = ""]) {
      const isInRange = /^\d{1,15}$/.test(text) && Number(text) >= least && Number(text) <= most;
      return isInRange
        ? succeed(Number(text) * times)
        : refuse(`must be a number from ${least} to ${most}`, text);
    },
  };
}

/** Web origins, as a browser writes them. */
export function originsOption(description: Description<string[]> & { isRepeatable: true }): Option<string[]> {
  return {
    ...description,
    read(given) {
      const wrong = given.find((text) => !URL.canParse(text) || new URL(text).origin !== text);
      return wrong === undefined ? succeed(given) : refuse("must be like https://farm.example", wrong);
    },
  };
}

/** True when it is given. */
export function switchOption(description: Description<boolean>): Option<boolean> {
  return {
    ...description,
    read([text = "0"]) {
      if (text === "1" || text === "true") return succeed(true);
      return text === "0" || text === "false" ? succeed(false) : refuse("must be 1 or 0", text);
    },
  };
}

/** Options beat the environment, the environment beats the fallbacks. A failure is bad usage, in one line. */
export function readOptionGroups<G extends Record<string, OptionTable>>(
  groups: G,
  args: string[],
  env: Record<string, string | undefined>,
): Result<{ [Name in keyof G]: OptionValues<G[Name]> }> {
  const given = readArguments(Object.values(groups).flatMap(Object.values<Option<unknown>>), args);
  if (!given.ok) return given;
  const values: Record<string, Record<string, unknown>> = {};
  for (const [name, table] of Object.entries(groups)) {
    const read = readTable(table, given.value, env);
    if (!read.ok) return read;
    values[name] = read.value;
  }
  // Each value was read by the option of its key.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return succeed(values as { [Name in keyof G]: OptionValues<G[Name]> });
}

function readTable(
  table: OptionTable,
  given: Record<string, string[] | undefined>,
  env: Record<string, string | undefined>,
): Result<Record<string, unknown>> {
  const values: Record<string, unknown> = {};
  for (const [key, option] of Object.entries(table)) {
    const fromArguments = given[option.name];
    const read = option.read(fromArguments ?? fromEnv(option, env) ?? fallbackOf(option));
    if (!read.ok) {
      const source = fromArguments === undefined ? variableOf(option) : `--${option.name}`;
      return fail("INVALID_PAYLOAD", `${source} ${read.fault.message}`);
    }
    values[key] = read.value;
  }
  return succeed(values);
}

/** A line for each option: how it is written, what it does, what holds without it. */
export function helpFor(groups: Record<string, OptionTable>): string {
  const tables = Object.values(groups).map((table) => Object.values(table));
  const width = Math.max(...tables.flat().map((option) => usageOf(option).length));
  return tables
    .map((options) =>
      options.map((option) => `  ${usageOf(option).padEnd(width)}  ${helpOf(option)}\n`).join(""),
    )
    .join("\n");
}

/** The environment variable that says the same as the option. */
export function variableOf({ name, variable }: Pick<Option<unknown>, "name" | "variable">): string {
  return variable ?? `TABFARM_${name.toUpperCase().replaceAll("-", "_")}`;
}

function usageOf(option: Option<unknown>): string {
  if (option.isSecret === true) return variableOf(option);
  return `--${option.name}${option.placeholder === undefined ? "" : ` <${option.placeholder}>`}`;
}

function helpOf({ help, fallback }: Option<unknown>): string {
  return fallback === undefined ? help : `${help} (${fallback})`;
}

function readArguments(options: Option<unknown>[], args: string[]): Result<Record<string, string[]>> {
  const open = options.filter(({ isSecret }) => isSecret !== true);
  try {
    const { values } = parseArgs({
      args,
      options: Object.fromEntries(
        open.map(({ name, letter, placeholder, isRepeatable = false }) => [
          name,
          {
            type: placeholder === undefined ? ("boolean" as const) : ("string" as const),
            multiple: isRepeatable,
            ...(letter === undefined ? {} : { short: letter }),
          },
        ]),
      ),
    });
    const given = Object.entries(values).map(([name, value]) => [name, [value ?? []].flat().map(asText)]);
    return succeed(Object.fromEntries(given));
  } catch (failure) {
    const [firstLine = ""] = (failure instanceof Error ? failure.message : String(failure)).split("\n");
    return fail("INVALID_PAYLOAD", firstLine);
  }
}

function asText(value: string | boolean): string {
  return value === true ? "1" : String(value);
}

/** An empty variable is one that is not set. */
function fromEnv(option: Option<unknown>, env: Record<string, string | undefined>): string[] | undefined {
  const value = env[variableOf(option)];
  if (value === undefined || value === "") return undefined;
  return option.isRepeatable === true ? value.split(",").map((part) => part.trim()) : [value];
}

function fallbackOf({ fallback }: Option<unknown>): string[] {
  return fallback === undefined ? [] : [fallback];
}

function nonEmpty(text: string): Result<string> {
  return text === "" ? fail("INVALID_PAYLOAD", "must not be empty") : succeed(text);
}

function refuse(rule: string, text: string): Result<never> {
  return fail("INVALID_PAYLOAD", `${rule}, not "${text}"`);
}
