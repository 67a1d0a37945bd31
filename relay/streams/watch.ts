import type { StreamStart } from "../../protocol/stream.ts";

/** What a viewer asked for of one device. */
export type Watch = Omit<StreamStart, "device_id">;

/** What a viewer was sent of one device. Pictures alone are frames; sound and marks count with their bytes. */
export interface Tally {
  readonly startedAtMs: number;
  frames: number;
  bytes: number;
}
