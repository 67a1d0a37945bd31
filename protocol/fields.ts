import * as v from "valibot";

/** Fields that several events share. Every text has a bound, so no door lets an endless one in. */

export const pcId = v.pipe(
  v.string(),
  v.regex(/^[\w.-]{1,64}$/, "must be 1 to 64 letters, digits, dots, dashes or underscores"),
);
export const serialNumber = v.pipe(
  v.string(),
  v.minLength(1),
  v.maxLength(128),
  // Ids are made from its UTF-8, and half a surrogate pair has none.
  v.check((text) => text.isWellFormed(), "must be well-formed Unicode"),
);
export const uuid = v.pipe(v.string(), v.uuid());
/** ISO 8601 in UTC, e.g. `2026-11-23T04:20:00.000Z`. */
export const isoTime = v.pipe(v.string(), v.maxLength(40), v.isoTimestamp());
export const unixMs = v.pipe(v.number(), v.finite(), v.minValue(0));
export const shortText = v.pipe(v.string(), v.maxLength(256));
export const longText = v.pipe(v.string(), v.maxLength(4096));
/** As `longText`, cut instead of refused: news that must not be lost for being long-winded. */
export const cutText = v.pipe(
  v.string(),
  v.transform((text) => (text.length > 4096 ? `${text.slice(0, 4095)}…` : text)),
);
/** An id that the event document calls only a string. */
export const freeId = v.pipe(v.string(), v.minLength(1), v.maxLength(128));
export const count = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(Number.MAX_SAFE_INTEGER));
/** A length or position in pixels of the device's display. */
export const pixels = v.pipe(v.number(), v.finite(), v.minValue(0), v.maxValue(32_767));
export const percent = v.pipe(v.number(), v.minValue(0), v.maxValue(100));
export const size = v.object({ width: pixels, height: pixels });
export type Size = v.InferOutput<typeof size>;
/** Anything that JSON and bytes can say, no deeper than whoever walks it by recursion can stand. */
export const anything = v.pipe(
  v.unknown(),
  v.check((value) => isShallow(value, 64), "must be at most 64 levels deep"),
);

function isShallow(value: unknown, mostLevels: number): boolean {
  let level = [value].filter(isBranch);
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth === mostLevels) return false;
    level = level.flatMap((branch) => Object.values(branch).filter(isBranch));
  }
  return true;
}

function isBranch(value: unknown): value is object {
  return (
    typeof value === "object" &&
    value !== null &&
    !ArrayBuffer.isView(value) &&
    !(value instanceof ArrayBuffer)
  );
}

export const bytes = v.custom<Uint8Array | ArrayBuffer>(
  (input) => input instanceof Uint8Array || input instanceof ArrayBuffer,
  "must be binary",
);
