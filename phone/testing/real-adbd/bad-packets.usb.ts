import { Duplex } from "node:stream";
import { afterAll, beforeAll } from "vitest";
import { streamLine } from "../bad-packets/computer.ts";
import { testBadPackets } from "../bad-packets/contract.ts";
import { type RealAdbd, startRealAdbd } from "./real-adbd.ts";

let adbd: RealAdbd;
beforeAll(async () => {
  adbd = await startRealAdbd();
});
afterAll(async () => await adbd.stop());

testBadPackets(async () =>
  streamLine(Duplex.toWeb(await adbd.connect()) as unknown as Parameters<typeof streamLine>[0]),
);
