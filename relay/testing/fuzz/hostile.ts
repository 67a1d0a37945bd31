import type { Random } from "../random.ts";

/** JSON text of values that have broken programs before: of the wrong kind, too much, too deep, or named like a part of JavaScript. */
const hostileJson = [
  "null",
  "true",
  "-1",
  "0.1",
  "1e308",
  "-1e999",
  "9007199254740993",
  '""',
  '"\\u0000"',
  '"\\ud800"',
  '"\\u202e\\u001b[2J"',
  '"__proto__"',
  '"constructor"',
  '"\'; DROP TABLE commands; --"',
  '"2026-13-45T99:99:99.000Z"',
  "[]",
  "{}",
  '{"__proto__":{"polluted":true}}',
  '{"constructor":{"prototype":{"polluted":true}}}',
  '{"toString":1,"valueOf":2,"hasOwnProperty":3}',
  '{"toJSON":"x","then":"y"}',
  '{"length":4294967295}',
  '{"_placeholder":true,"num":0}',
  '{"_placeholder":true,"num":4294967295}',
  '{"type":"Buffer","data":[1,2,3]}',
  "[[[[[[]]]]]]",
];

/** Names of events that nobody serves, or that mean something to JavaScript. Those that only a raw packet can carry are not here. */
export const strangeEvents = [
  "",
  "__proto__",
  "constructor",
  "hasOwnProperty",
  "error",
  "message",
  "*",
  "worker:heartbeat:ack",
  "device:status:update",
  "x".repeat(10_000),
];

/** A value that hardly anybody expects. */
export function hostile(random: Random): unknown {
  if (random.chance(0.02)) return nested(random.integer(60, 1000));
  if (random.chance(0.01)) return "x".repeat(random.integer(5000, 300_000));
  if (random.chance(0.01)) return Array.from({ length: random.integer(1000, 20_000) }, (_, at) => at);
  if (random.chance(0.05)) return Buffer.alloc(random.pick([0, 1, 5000, 100_000]));
  const json = random.pick(hostileJson);
  return json === undefined ? undefined : JSON.parse(json);
}

function nested(levels: number): unknown {
  let value: unknown = "bottom";
  for (let level = 0; level < levels; level += 1) value = level % 2 === 0 ? [value] : { a: value };
  return value;
}

/** The same value with one to three things about it changed. */
export function mutated(value: unknown, random: Random): unknown {
  // In a box, so that the whole value can be replaced as any part of it.
  const box: Record<string, unknown> = { payload: structuredClone(value) };
  const times = random.integer(1, 3);
  for (let time = 0; time < times; time += 1) {
    const place = random.pick(placesIn(box));
    if (place !== undefined) change(place, random);
  }
  return box["payload"];
}

interface Place {
  parent: Record<string, unknown>;
  key: string;
}

function placesIn(parent: object): Place[] {
  // Arrays are records of their indices here.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const record = parent as Record<string, unknown>;
  const keys = Object.keys(parent).slice(0, 50);
  return keys.flatMap((key) => {
    const child = record[key];
    const isBranch = typeof child === "object" && child !== null && !ArrayBuffer.isView(child);
    return [{ parent: record, key }, ...(isBranch ? placesIn(child) : [])];
  });
}

function change({ parent, key }: Place, random: Random): void {
  const value = parent[key];
  switch (random.integer(0, 5)) {
    case 0:
      delete parent[key];
      break;
    case 1:
      // As a JSON parser makes it: an own field with that name.
      Object.defineProperty(parent, random.pick(["__proto__", "constructor", "extra"]), {
        value: hostile(random),
        enumerable: true,
        configurable: true,
        writable: true,
      });
      break;
    case 2:
      parent[key] = [value];
      break;
    case 3:
      parent[key] = JSON.stringify(value) ?? "";
      break;
    default:
      parent[key] = hostile(random);
  }
}
