import { afterEach, expect, test } from "vitest";
import { demoModels } from "../../phone/models.ts";
import { makeScrcpyServer } from "../../phone/scrcpy/server.ts";
import { makeRig, type Rig } from "../../phone/testing/rig.ts";
import { connectTango } from "../../phone/testing/tango.ts";
import { listAdbEncoders } from "../engine/screen/list-encoders.ts";
import { encodeNothing } from "./testing/picture-codec.ts";

const rigs: Rig[] = [];
afterEach(() => {
  for (const rig of rigs.splice(0)) rig.close();
});

test.each(demoModels)("[M34] $manufacturer's $model tells the names of its encoders", async (model) => {
  const startScrcpy = makeScrcpyServer({ encode: encodeNothing });
  const rig = makeRig({ model: { ...model, isAdbSecure: false }, startScrcpy });
  rigs.push(rig);
  const { transport } = await connectTango(rig.usb);
  const names = await listAdbEncoders(transport, async () => Uint8Array.of(0x50, 0x4b, 3, 4));
  expect(names).toEqual(model.h264Encoders);
});
