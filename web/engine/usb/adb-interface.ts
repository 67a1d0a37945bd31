/** ADB's own class, subclass and protocol (AOSP `packages/modules/adb/adb.h`). */
const adb = { interfaceClass: 0xff, interfaceSubclass: 0x42, interfaceProtocol: 0x01 };

/** What carries ADB on a claimed device. */
export interface AdbEndpoints {
  inEndpoint: USBEndpoint;
  outEndpoint: USBEndpoint;
}

/** Another program or tab holds the ADB interface. */
export class InUseError extends Error {
  override name = "InUseError";
}

/** Opens the device and claims its ADB interface; rejects with what WebUSB says, or with an `InUseError`. */
export async function claimAdbInterface(device: USBDevice): Promise<AdbEndpoints> {
  const { configurationValue, interfaceNumber, alternate } = findAdbInterface(device);
  if (!device.opened) await device.open();
  // Windows cannot change it, but there an Android's first configuration has ADB.
  if (device.configuration?.configurationValue !== configurationValue)
    await device.selectConfiguration(configurationValue);
  await device.claimInterface(interfaceNumber).catch((error: unknown) => {
    const isBusy = error instanceof DOMException && error.name === "NetworkError";
    throw isBusy ? new InUseError(error.message, { cause: error }) : error;
  });
  const present = device.configuration?.interfaces.find((each) => each.interfaceNumber === interfaceNumber);
  if (present?.alternate.alternateSetting !== alternate.alternateSetting)
    await device.selectAlternateInterface(interfaceNumber, alternate.alternateSetting);
  const [inEndpoint, outEndpoint] = (["in", "out"] as const).map((direction) =>
    alternate.endpoints.find((endpoint) => endpoint.direction === direction),
  );
  if (!inEndpoint || !outEndpoint) throw new Error("the ADB interface has not got both endpoints");
  return { inEndpoint, outEndpoint };
}

function findAdbInterface(device: USBDevice) {
  for (const { configurationValue, interfaces } of device.configurations) {
    for (const { interfaceNumber, alternates } of interfaces) {
      const alternate = alternates.find(
        (each) =>
          each.interfaceClass === adb.interfaceClass &&
          each.interfaceSubclass === adb.interfaceSubclass &&
          each.interfaceProtocol === adb.interfaceProtocol,
      );
      if (alternate) return { configurationValue, interfaceNumber, alternate };
    }
  }
  throw new Error("the device has no ADB interface");
}
