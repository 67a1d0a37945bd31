import { createHash } from "node:crypto";
import { isoTimeOf } from "../clock.ts";

/** What a row of the trail says. `details` is JSON text: what is hashed is what is stored, byte for byte. */
export interface ChainedRow {
  sequence: number;
  eventId: string;
  atMs: number;
  actor: string;
  address: string;
  event: string;
  deviceId: string | null;
  outcome: string;
  details: string | null;
}

/** A row that the next one is chained to. */
export interface ChainLink {
  sequence: number;
  hash: string;
}

/** Before the first row of all. */
export const chainStart: ChainLink = { sequence: 0, hash: "0".repeat(64) };

/**
 * A row as its line of the export begins, before `,"hash":"…"}` ends it: JSON without spaces, its keys in this order, and
 * nothing for what is absent.
 */
export function rowText(row: ChainedRow): string {
  const { sequence, eventId: event_id, atMs, actor, address, event, deviceId, outcome, details } = row;
  const device = deviceId === null ? {} : { device_id: deviceId };
  const fields = { sequence, event_id, at: isoTimeOf(atMs), actor, address, event, ...device, outcome };
  return JSON.stringify(fields).slice(0, -1) + (details === null ? "" : `,"details":${details}`);
}

/** SHA-256 in hex over the row before's hash and this row's text. */
export function hashOf(previousHash: string, row: ChainedRow): string {
  return createHash("sha256").update(previousHash).update(rowText(row)).digest("hex");
}
