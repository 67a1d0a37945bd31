import { expect, it } from "vitest";
import { makeBitWriter } from "./bit-writer.ts";

const startCode = [0, 0, 0, 1];

it("writes Exp-Golomb codes as tables 9-2 and 9-3 have them", () => {
  const writer = makeBitWriter();
  writer.putUnsigned(0); // 1
  writer.putUnsigned(1); // 010
  writer.putUnsigned(2); // 011
  writer.putUnsigned(7); // 0001000
  writer.putSigned(1); // 010
  writer.putSigned(-1); // 011
  writer.putSigned(-2); // 00101
  expect(writer.length).toBe(25);
  // 1 010 011 0|001000 01|0 011 0010|1, then the stop bit and zeros to the byte's end
  expect(Array.from(writer.takeNalUnit(0x68))).toEqual([...startCode, 0x68, 0xa6, 0x21, 0x32, 0xc0]);
});

it("puts a 3 wherever the payload would look like a start code, and nowhere else", () => {
  const writer = makeBitWriter();
  for (const byte of [0, 0, 1, 0, 0, 0, 0, 0, 3, 0, 0, 4]) writer.put(byte, 8);
  // prettier-ignore
  expect(Array.from(writer.takeNalUnit(0x65))).toEqual([
    ...startCode, 0x65,
    0, 0, 3, 1,
    0, 0, 3, 0, 0, 3, 0,
    3,
    0, 0, 4,
    0x80, // the stop bit
  ]);
});

it("is empty again after each unit", () => {
  const writer = makeBitWriter();
  for (let unit = 0; unit < 2; unit += 1) {
    writer.put(5, 3);
    expect(Array.from(writer.takeNalUnit(0x41))).toEqual([...startCode, 0x41, 0xb0]);
    expect(writer.length).toBe(0);
  }
});
