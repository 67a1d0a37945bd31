import { afterEach, beforeEach, expect, test } from "vitest";
import { faultTable } from "../fault-table.ts";
import { makeRack, type Rack } from "../rack.ts";
import { makeRig, type Rig } from "../testing/rig.ts";
import { obey } from "./console.ts";

const serial = "3B031JEHN00042";
let rig: Rig;
let rack: Rack;
beforeEach(() => {
  rig = makeRig();
  rack = makeRack({
    switchOn: () => rig.phone,
    plugIn: () => [{ unplug: () => undefined }],
    onChange: () => undefined,
  });
  rack.add(rig.phone.model);
});
afterEach(() => rig.close());

const faults = () => rig.phone.faults.list();

test("what is broken is in the list, and mended it is not", () => {
  expect(obey(rack, "break 1 slow 5000")).toBe(`${serial}: slow`);
  expect(faults()).toEqual([{ name: "slow", bytesPerSecond: 5000 }]);
  expect(obey(rack, "list")).toContain("plugged in, slow");
  expect(obey(rack, `mend ${serial}`)).toBe(`${serial} is well`);
  expect(faults()).toEqual([]);
  expect(obey(rack, "list")).not.toContain("slow");
});

test.each([
  ["break 1 zombie", [{ name: "zombie", cure: "reset" }]],
  ["break 1 zombie reboot", [{ name: "zombie", cure: "reboot" }]],
  ["break 1 zombie 3000", [{ name: "zombie", cure: { afterMs: 3000 } }]],
  ["break 1 wrong-length -10", [{ name: "wrong-length", excessBytes: -10 }]],
  ["break 1 encoder-fails", [{ name: "encoder-fails" }]],
  ["break 1 disk-full", [{ name: "disk-full" }]],
])("%s", (line, expected) => {
  obey(rack, line);
  expect(faults()).toEqual(expected);
});

test.each([
  ["break 9 slow", 'there is no phone "9"; "list" lists them'],
  ["break 1", 'there is no fault ""; "help" lists them'],
  ["break 1 sadness", 'there is no fault "sadness"; "help" lists them'],
  ["break 1 constructor", 'there is no fault "constructor"; "help" lists them'],
  ["break 1 slow 0", '"0" is no bytes-per-second: 100000, if nothing is said'],
  ["break 1 slow 1 2", '"1 2" is no bytes-per-second: 100000, if nothing is said'],
  ["break 1 zombie never", '"never" is no cure: reset, if nothing is said; replug, reboot, or milliseconds'],
  ["break 1 disk-full 7", "disk-full takes no value"],
  ["break 1 duplicate-serial", "there is no other phone"],
])("%s is answered with what is wrong", (line, words) => {
  expect(obey(rack, line)).toContain(words);
  expect(faults()).toEqual([]);
});

test("the help names every fault", () => {
  const help = obey(rack, "help");
  for (const [name, { label }] of Object.entries(faultTable)) {
    expect(help).toContain(`  ${name} `);
    expect(help).toContain(label);
  }
});
