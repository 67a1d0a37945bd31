import { expect, test } from "vitest";
import { chainStart, hashOf, rowText, type ChainedRow } from "./chain.ts";

const row: ChainedRow = {
  sequence: 1,
  eventId: "0b6d3a5e-7c1f-4f5e-9d55-2d8d3f1f0a01",
  atMs: Date.UTC(2026, 10, 23, 4, 20),
  actor: 'Ann "the\nadmin" 관리자',
  address: "::1",
  event: "command:send",
  deviceId: "11111111-2222-4333-8444-555555555555",
  outcome: "accepted",
  details: '{"command_type":"tap","params":{"x":1.5}}',
};
const text =
  '{"sequence":1,"event_id":"0b6d3a5e-7c1f-4f5e-9d55-2d8d3f1f0a01","at":"2026-11-23T04:20:00.000Z",' +
  '"actor":"Ann \\"the\\nadmin\\" 관리자","address":"::1","event":"command:send",' +
  '"device_id":"11111111-2222-4333-8444-555555555555","outcome":"accepted",' +
  '"details":{"command_type":"tap","params":{"x":1.5}}';

test("[R2] a row's text is JSON in a fixed order, without what is absent, and open at its end", () => {
  expect(rowText(row)).toBe(text);
  expect(rowText({ ...row, deviceId: null, details: null })).toBe(
    text.replace(/"device_id":"[^"]*",/, "").replace(/,"details".*/, ""),
  );
});

test("[R2] a row's hash is SHA-256 over the hash before and the text", () => {
  // printf '%064d%s' 0 "$text" | sha256sum
  expect(hashOf(chainStart.hash, row)).toBe(
    "e07a8aff322809d4190748df0c7cb9301365dd3307fd6da19c27492c4e0eac46",
  );
  expect(hashOf("f".repeat(64), row)).not.toBe(hashOf(chainStart.hash, row));
});
