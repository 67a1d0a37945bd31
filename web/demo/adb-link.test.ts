import { AdbDaemonWebUsbDeviceManager } from "@yume-chan/adb-daemon-webusb";
import { afterEach, expect, test, vi } from "vitest";
import type { Wire } from "../../phone/adb/wire.ts";
import { makeCredentials } from "../../phone/testing/credentials.ts";
import { makeGadget } from "../../phone/usb/gadget.ts";
import { makeUsb } from "../../phone/usb/usb-host.ts";
import { makeUsbHub } from "../../phone/usb/usb-hub.ts";
import { makeOpenLink } from "../engine/device/adb-link.ts";

const ports: MessagePort[] = [];
afterEach(() => {
  for (const port of ports.splice(0)) port.close();
});

/** A phone on a bus that takes every packet and answers none. */
async function plugMutePhone() {
  const hub = makeUsbHub();
  const { port1, port2 } = new MessageChannel();
  ports.push(port1, port2);
  hub.attachHost(port1);
  const ids = {
    vendorId: 0x18d1,
    productId: 0x4ee7,
    serialNumber: "A",
    productName: "",
    manufacturerName: "",
  };
  let heard = 0;
  const serve = async (wire: Wire): Promise<void> => {
    while ((await wire.read()) !== undefined) heard += 1;
  };
  hub.plug(makeGadget(ids, (wire) => void serve(wire)));
  const [device] = await new AdbDaemonWebUsbDeviceManager(makeUsb(port2)).getDevices();
  if (device === undefined) throw new Error("no phone on the bus");
  return { device, heard: () => heard };
}

const handshakeLimitMs = 10_000;

test("nothing of a phone that answers nobody is left after it was given up", async () => {
  const { device, heard } = await plugMutePhone();
  const openLink = makeOpenLink(device, {
    keys: makeCredentials(),
    serverProgram: () => Promise.reject(new Error("not asked for")),
  });
  for (let attempt = 1; attempt <= 3; attempt += 1) {
    const given = new AbortController();
    const opening = openLink({ onAuthorizing: () => undefined, handshakeLimitMs, signal: given.signal });
    await vi.waitFor(() => expect(heard()).toBeGreaterThanOrEqual(attempt));
    // The cable is pulled, or a person stops the worker: it is not waited for the ten seconds that a handshake may take.
    given.abort();
    await expect(opening).rejects.toThrow(/abort/i);
    expect(device.raw.opened).toBe(false);
  }
});

test("what USB says of a failed transfer is what the claim fails with", async () => {
  const { device } = await plugMutePhone();
  vi.spyOn(device.raw, "transferIn").mockRejectedValue(new DOMException("A transfer error.", "NetworkError"));
  const openLink = makeOpenLink(device, {
    keys: makeCredentials(),
    serverProgram: () => Promise.reject(new Error("not asked for")),
  });
  const opening = openLink({
    onAuthorizing: () => undefined,
    handshakeLimitMs,
    signal: new AbortController().signal,
  });
  await expect(opening).rejects.toMatchObject({ name: "NetworkError", message: "A transfer error." });
});

test("a device that is still being claimed is let go of all the same, not left half open for the next claim", async () => {
  const { device } = await plugMutePhone();
  const { raw } = device;
  const close = raw.close.bind(raw);
  // Chrome's answer while something else is under way.
  const busy = new DOMException(
    "An operation that changes the device state is in progress.",
    "InvalidStateError",
  );
  const refused = vi.spyOn(raw, "close").mockRejectedValueOnce(busy).mockRejectedValueOnce(busy);
  refused.mockImplementation(close);
  const openLink = makeOpenLink(device, {
    keys: makeCredentials(),
    serverProgram: () => Promise.reject(new Error("not asked for")),
  });
  const opening = openLink({
    onAuthorizing: () => undefined,
    handshakeLimitMs: 10,
    signal: new AbortController().signal,
  });
  await expect(opening).rejects.toThrow("the ADB handshake took longer than 0.01 s");
  expect(raw.opened).toBe(false);
});
