import { afterAll } from "vitest";
import { makeDuplexPair } from "../duplex-pair.ts";
import { testDaemon } from "../testing/daemon/contract.ts";
import { makeRig } from "../testing/rig.ts";
import { connectTangoStream } from "../testing/tango.ts";
import { makeStreamWire } from "./stream-wire.ts";

const rig = makeRig();
afterAll(() => rig.close());

testDaemon(async () => {
  const [near, far] = makeDuplexPair();
  void rig.phone.connect(makeStreamWire(far));
  return await connectTangoStream(near);
}, 5_000_000);
