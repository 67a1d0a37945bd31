import { expect, it } from "vitest";
import { splitConfig } from "./annex-b.ts";

it("parts SPS and PPS from the slice behind them, start codes and all", () => {
  const sps = [0, 0, 0, 1, 0x67, 0x42, 0xe0];
  const pps = [0, 0, 1, 0x68, 0xce];
  const sei = [0, 0, 0, 1, 0x06, 0x05];
  const idr = [0, 0, 0, 1, 0x65, 0x88, 0x00, 0x00, 0x03, 0x01];
  const { config, picture } = splitConfig(Uint8Array.from([...sps, ...pps, ...sei, ...idr]));
  expect(Array.from(config)).toEqual([...sps, ...pps]);
  expect(Array.from(picture)).toEqual([...sei, ...idr]);
});

it("leaves an access unit without them as it is", () => {
  const slice = Uint8Array.of(0, 0, 0, 1, 0x41, 0x9a, 0x01);
  const { config, picture } = splitConfig(slice);
  expect(config.length).toBe(0);
  expect(picture).toEqual(slice);
});
