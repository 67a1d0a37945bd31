import type * as v from "valibot";
import type { Random } from "../random.ts";

/** What a sample is likely to name, so that some of it is about something that is there. */
export interface Known {
  deviceIds: string[];
  serialNumbers: string[];
  pcIds: string[];
}

/** A valibot schema as far as a sample has to know it. */
interface Shape {
  type: string;
  entries?: Record<string, Shape>;
  wrapped?: Shape;
  item?: Shape;
  literal?: unknown;
  /** Values of a picklist, schemas of a union. */
  options?: unknown[];
  pipe?: { type: string; requirement?: unknown }[];
}

/** A value as the schema describes it. Now and then one that a check beyond shape and bounds refuses. */
export function sample(schema: v.GenericSchema, random: Random, known: Known): unknown {
  return sampleOf(schema, random, known);
}

function sampleOf(shape: Shape, random: Random, known: Known): unknown {
  switch (shape.type) {
    case "object":
      return sampleObject(shape.entries ?? {}, random, known);
    case "optional":
      return shape.wrapped === undefined || random.chance(0.3)
        ? undefined
        : sampleOf(shape.wrapped, random, known);
    case "array":
      return sampleArray(shape, random, known);
    case "union":
    case "variant":
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion
      return sampleOf(random.pick(shape.options ?? []) as Shape, random, known);
    case "picklist":
      return random.pick(shape.options ?? []);
    case "literal":
      return shape.literal;
    case "string":
      return sampleText(shape, random, known);
    case "number":
      return sampleNumber(shape, random);
    case "boolean":
      return random.chance(0.5);
    case "custom":
      return Buffer.alloc(random.integer(0, 2000), random.integer(0, 255));
    default:
      return random.pick<unknown>([null, 1, "text", { a: [1, { b: "c" }] }, Buffer.from("bytes")]);
  }
}

function sampleObject(entries: Record<string, Shape>, random: Random, known: Known): object {
  const fields = Object.entries(entries).map(([name, field]) => [name, sampleOf(field, random, known)]);
  return Object.fromEntries(fields.filter(([, value]) => value !== undefined));
}

function sampleArray(shape: Shape, random: Random, known: Known): unknown[] {
  const most = numberOf(shape, "max_length") ?? 100;
  const length = random.chance(0.02) ? Math.min(most, 2000) : random.integer(1, Math.min(most, 5));
  const { item } = shape;
  return item === undefined ? [] : Array.from({ length }, () => sampleOf(item, random, known));
}

function sampleText(shape: Shape, random: Random, known: Known): string | undefined {
  const kinds = shape.pipe?.map(({ type }) => type) ?? [];
  if (kinds.includes("uuid")) return random.chance(0.7) ? random.pick(known.deviceIds) : randomUuid(random);
  if (kinds.includes("regex")) return random.pick(known.pcIds);
  if (kinds.includes("iso_timestamp")) return new Date(random.integer(0, 2 ** 41)).toISOString();
  if (random.chance(0.5)) return random.pick(known.serialNumbers);
  const most = numberOf(shape, "max_length") ?? 10_000;
  return "x".repeat(random.chance(0.05) ? Math.min(most, 20_000) : random.integer(1, Math.min(most, 20)));
}

function sampleNumber(shape: Shape, random: Random): number {
  const least = numberOf(shape, "min_value") ?? -1000;
  const most = Math.min(numberOf(shape, "max_value") ?? 2 ** 41, 2 ** 41);
  return random.pick([least, most, random.integer(least, most)]);
}

function numberOf(shape: Shape, kind: string): number | undefined {
  const requirement = shape.pipe?.find(({ type }) => type === kind)?.requirement;
  return typeof requirement === "number" ? requirement : undefined;
}

export function randomUuid(random: Random): string {
  const hex = (digits: number): string =>
    Array.from({ length: digits }, () => random.integer(0, 15).toString(16)).join("");
  return `${hex(8)}-${hex(4)}-4${hex(3)}-8${hex(3)}-${hex(12)}`;
}
