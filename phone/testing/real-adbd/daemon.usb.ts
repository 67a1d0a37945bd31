import { Duplex } from "node:stream";
import { afterAll, beforeAll } from "vitest";
import { testDaemon } from "../daemon/contract.ts";
import { connectTangoStream } from "../tango.ts";
import { type RealAdbd, startRealAdbd } from "./real-adbd.ts";

let adbd: RealAdbd;
beforeAll(async () => {
  adbd = await startRealAdbd();
});
afterAll(async () => await adbd.stop());

testDaemon(
  async () =>
    await connectTangoStream(
      Duplex.toWeb(await adbd.connect()) as unknown as Parameters<typeof connectTangoStream>[0],
    ),
  100_000_000,
);
