import { v5 } from "uuid";

/** UUIDv5 namespace of every device id. Fixed for ever: changing it renames every device. */
const deviceNamespace = "6f1cfa38-5d58-5b0e-9d3c-1e9a5f0a7c11";

/** The id that every process derives for a serial number. */
export function deviceIdOf(serialNumber: string): string {
  return v5(serialNumber, deviceNamespace);
}

/** The id of a device whose serial number another PC already uses (cheap phones share them). */
export function sharedSerialDeviceId(pcId: string, serialNumber: string): string {
  return v5(`${pcId}/${serialNumber}`, deviceNamespace);
}
