import { expect, test } from "vitest";
import { deviceIdOf, sharedSerialDeviceId } from "./device-id.ts";

test("[D1] a serial number has the same device id in every process, for ever", () => {
  expect(deviceIdOf("R58N12ABCDE")).toBe("57b5b69e-434a-547b-956a-4612c3d0f0e6");
  expect(deviceIdOf("R58N12ABCDF")).not.toBe(deviceIdOf("R58N12ABCDE"));
  expect(sharedSerialDeviceId("desk-1", "0123456789ABCDEF")).not.toBe(deviceIdOf("0123456789ABCDEF"));
});
