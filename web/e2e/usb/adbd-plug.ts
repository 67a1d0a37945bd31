import { Duplex } from "node:stream";
import { makeStreamWire } from "../../../phone/adb/stream-wire.ts";
import type { Wire } from "../../../phone/adb/wire.ts";
import { openUsbipPort } from "../../../phone/node/usbip-port.ts";
import type { RealAdbd } from "../../../phone/testing/real-adbd/real-adbd.ts";
import { makeGadget } from "../../../phone/usb/gadget.ts";

export const adbdSerial = "ADBD34";

/** A device on the USB/IP port whose packets a real adbd answers: the endpoints are ours, every word is adbd's. */
export async function plugRealAdbd(adbd: RealAdbd, port: number): Promise<{ unplug(): void }> {
  const usbip = await openUsbipPort({
    host: "127.0.0.1",
    port,
    onBug: (error) => void process.stderr.write(`${String(error)}\n`),
  });
  const gadget = makeGadget(
    {
      vendorId: 0x18d1,
      productId: 0x4ee7,
      serialNumber: adbdSerial,
      productName: "adbd",
      manufacturerName: "Debian",
    },
    (wire) => void join(wire, adbd),
  );
  usbip.server.plug(gadget);
  return {
    unplug() {
      gadget.unplug();
      usbip.close();
    },
  };
}

async function join(usb: Wire, adbd: RealAdbd): Promise<void> {
  const tcp = makeStreamWire(Duplex.toWeb(await adbd.connect()) as never);
  await Promise.race([pump(usb, tcp), pump(tcp, usb)]);
  usb.close();
  tcp.close();
}

async function pump(from: Wire, to: Wire): Promise<void> {
  try {
    // adbd looks at checksums until both sides have said that they do not.
    for (let packet = await from.read(); packet; packet = await from.read())
      await to.write(packet, { withChecksum: true });
  } catch {
    // The other end has gone: what ends the wires is below.
  }
}
