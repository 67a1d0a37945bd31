import * as v from "valibot";
import { commandParams, commandType } from "./command.ts";
import { count, cutText, freeId, percent, serialNumber, shortText, unixMs, uuid } from "./fields.ts";

const assignment = { assignment_id: freeId, job_id: freeId, device_id: uuid };
const seconds = v.pipe(v.number(), v.finite(), v.minValue(0));

export const jobProgress = v.object({
  ...assignment,
  progress_pct: percent,
  current_step: shortText,
  elapsed_sec: seconds,
});

/** The three `did_` fields are the document's; our own jobs always send false. */
export const jobCompleted = v.object({
  ...assignment,
  final_duration_sec: seconds,
  did_like: v.boolean(),
  did_comment: v.boolean(),
  did_playlist: v.boolean(),
});

export const jobFailed = v.object({ ...assignment, error_code: shortText, error_message: cutText });

const jobStep = v.object({ command_type: commandType, params: v.optional(commandParams, {}) });

/** dashboard → relay. */
export const jobCreate = v.object({
  job_id: uuid,
  name: shortText,
  device_ids: v.pipe(v.array(uuid), v.minLength(1), v.maxLength(10_000)),
  steps: v.pipe(v.array(jobStep), v.minLength(1), v.maxLength(1000)),
});

/** dashboard → relay: every assignment of the job, or the one of `device_id`. */
export const jobCancel = v.object({ job_id: uuid, device_id: v.optional(uuid) });

export const jobList = v.object({ before_ms: v.optional(unixMs), limit: v.optional(count) });

/** relay → worker. */
export const jobAssign = v.object({
  ...assignment,
  serial_number: serialNumber,
  steps: jobCreate.entries.steps,
});

/** relay → worker. */
export const jobCancelDeliver = v.object({ ...assignment, serial_number: serialNumber });
