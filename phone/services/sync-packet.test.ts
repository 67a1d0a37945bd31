import { expect, test } from "vitest";
import type { FileStat } from "../android/file-node.ts";
import {
  encodeData,
  encodeEntry,
  encodeEntry2,
  encodeFail,
  encodeIdAndNumber,
  encodeStat,
  encodeStat2,
  syncId,
} from "./sync-packet.ts";

const stat: FileStat = {
  kind: "file",
  mode: 0o100644,
  size: 0x12345,
  inode: 7,
  links: 1,
  owner: 2000,
  group: 1015,
  modifiedMs: 1_700_000_000_500,
  target: undefined,
};

test("STAT is id, mode, size and time", () => {
  // prettier-ignore
  expect(encodeStat(stat)).toEqual(Uint8Array.of(
    0x53, 0x54, 0x41, 0x54, // "STAT"
    0xa4, 0x81, 0x00, 0x00, // mode 0o100644
    0x45, 0x23, 0x01, 0x00, // size 0x12345
    0x00, 0xf1, 0x53, 0x65, // time 1700000000
  ));
});

test("STAT of nothing is zeros", () => {
  expect(encodeStat(undefined)).toEqual(
    Uint8Array.of(0x53, 0x54, 0x41, 0x54, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
  );
});

test("STA2 is 72 bytes with the error first", () => {
  // prettier-ignore
  expect(encodeStat2(syncId.stat2, { stat })).toEqual(Uint8Array.of(
    0x53, 0x54, 0x41, 0x32, // "STA2"
    0x00, 0x00, 0x00, 0x00, // error: none
    0x00, 0xfe, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, // device
    0x07, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, // inode
    0xa4, 0x81, 0x00, 0x00, // mode
    0x01, 0x00, 0x00, 0x00, // links
    0xd0, 0x07, 0x00, 0x00, // owner 2000
    0xf7, 0x03, 0x00, 0x00, // group 1015
    0x45, 0x23, 0x01, 0x00, 0x00, 0x00, 0x00, 0x00, // size
    0x00, 0xf1, 0x53, 0x65, 0x00, 0x00, 0x00, 0x00, // access time
    0x00, 0xf1, 0x53, 0x65, 0x00, 0x00, 0x00, 0x00, // modification time
    0x00, 0xf1, 0x53, 0x65, 0x00, 0x00, 0x00, 0x00, // change time
  ));
});

test("LST2 of nothing has only the error", () => {
  const expected = new Uint8Array(72);
  expected.set([0x4c, 0x53, 0x54, 0x32, 0x02]); // "LST2", ENOENT
  expect(encodeStat2(syncId.lstat2, { error: 2 })).toEqual(expected);
});

test("DENT is a stat, the name's length and the name; the list ends with DONE", () => {
  // prettier-ignore
  expect(encodeEntry({ name: "ab", stat })).toEqual(Uint8Array.of(
    0x44, 0x45, 0x4e, 0x54, // "DENT"
    0xa4, 0x81, 0x00, 0x00, // mode
    0x45, 0x23, 0x01, 0x00, // size
    0x00, 0xf1, 0x53, 0x65, // time
    0x02, 0x00, 0x00, 0x00, // name length
    0x61, 0x62, // "ab"
  ));
  // prettier-ignore
  expect(encodeEntry(undefined)).toEqual(Uint8Array.of(
    0x44, 0x4f, 0x4e, 0x45, // "DONE"
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
  ));
});

test("DNT2 is a long stat, the name's length and the name; the list ends with 76 bytes of DONE", () => {
  const entry = encodeEntry2({ name: "ab", stat });
  expect(entry.subarray(0, 4)).toEqual(Uint8Array.of(0x44, 0x4e, 0x54, 0x32)); // "DNT2"
  expect(entry.subarray(4, 72)).toEqual(encodeStat2(syncId.stat2, { stat }).subarray(4));
  expect(entry.subarray(72)).toEqual(Uint8Array.of(0x02, 0, 0, 0, 0x61, 0x62));
  const end = new Uint8Array(76);
  end.set([0x44, 0x4f, 0x4e, 0x45]); // "DONE"
  expect(encodeEntry2(undefined)).toEqual(end);
});

test("DATA, DONE, OKAY and FAIL are an id, a number and what belongs to it", () => {
  // prettier-ignore
  expect(encodeData(Uint8Array.of(9, 8))).toEqual(Uint8Array.of(
    0x44, 0x41, 0x54, 0x41, // "DATA"
    0x02, 0x00, 0x00, 0x00, // length
    0x09, 0x08,
  ));
  expect(encodeIdAndNumber(syncId.done, 0)).toEqual(Uint8Array.of(0x44, 0x4f, 0x4e, 0x45, 0, 0, 0, 0));
  expect(encodeIdAndNumber(syncId.okay, 0)).toEqual(Uint8Array.of(0x4f, 0x4b, 0x41, 0x59, 0, 0, 0, 0));
  // prettier-ignore
  expect(encodeFail("no")).toEqual(Uint8Array.of(
    0x46, 0x41, 0x49, 0x4c, // "FAIL"
    0x02, 0x00, 0x00, 0x00, // length
    0x6e, 0x6f, // "no"
  ));
});
