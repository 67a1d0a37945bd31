const lengthLimit = 120;

/**
 * The name of a device on this PC. Cheap phones have no serial number, or all the same one: the first is then known
 * by vendor and product, and each further one by a count that lasts until it is unplugged.
 */
export function serialNumberFor(
  device: Pick<USBDevice, "serialNumber" | "vendorId" | "productId">,
  taken: ReadonlySet<string>,
): string {
  const own = (device.serialNumber ?? "").replaceAll("\0", "").trim().slice(0, lengthLimit);
  const base = own === "" ? `no-serial-${hex(device.vendorId)}-${hex(device.productId)}` : own;
  let name = base;
  for (let count = 2; taken.has(name); count += 1) name = `${base}-${count}`;
  return name;
}

function hex(id: number): string {
  return id.toString(16).padStart(4, "0");
}
