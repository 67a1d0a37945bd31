import type { DeviceRecord } from "../link/device-book.ts";

/** `text` is words, all of which must occur. */
export function matchesText(device: DeviceRecord, text: string): boolean {
  const haystack = [
    device.manufacturer,
    device.model,
    device.serial_number,
    device.pc_id,
    device.status,
    device.health_status,
    device.android_version === undefined ? undefined : `android ${device.android_version}`,
  ]
    .filter((part) => part !== undefined)
    .join("\n")
    .toLowerCase();
  return text
    .toLowerCase()
    .split(/\s+/)
    .every((word) => haystack.includes(word));
}

/** A place that does not change with the device's state, so that no tile jumps away under a pointer. */
export function byPlace(
  a: Pick<DeviceRecord, "pc_id" | "serial_number">,
  b: Pick<DeviceRecord, "pc_id" | "serial_number">,
): number {
  return compare(a.pc_id, b.pc_id) || compare(a.serial_number, b.serial_number);
}

const compare = new Intl.Collator("en", { numeric: true }).compare;
