import * as v from "valibot";

/** Fields that several events share. Every text has a bound, so no door lets an endless one in. */

export const pcId = v.pipe(
  v.string(),
  v.regex(/^[\w.-]{1,64}$/, "must be 1 to 64 letters, digits, dots, dashes or underscores"),
);
export const serialNumber = v.pipe(v.string(), v.minLength(1), v.maxLength(128));
export const uuid = v.pipe(v.string(), v.uuid());
/** ISO 8601 in UTC, e.g. `2026-11-23T04:20:00.000Z`. */
export const isoTime = v.pipe(v.string(), v.maxLength(40), v.isoTimestamp());
export const unixMs = v.pipe(v.number(), v.finite(), v.minValue(0));
export const shortText = v.pipe(v.string(), v.maxLength(256));
export const longText = v.pipe(v.string(), v.maxLength(4096));
export const count = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(Number.MAX_SAFE_INTEGER));
/** A length or position in pixels of the device's display. */
export const pixels = v.pipe(v.number(), v.finite(), v.minValue(0), v.maxValue(32_767));
export const percent = v.pipe(v.number(), v.minValue(0), v.maxValue(100));
export const size = v.object({ width: pixels, height: pixels });
export type Size = v.InferOutput<typeof size>;
export const bytes = v.custom<Uint8Array | ArrayBuffer>(
  (input) => input instanceof Uint8Array || input instanceof ArrayBuffer,
  "must be binary",
);
