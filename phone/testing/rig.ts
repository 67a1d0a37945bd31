import type { Display } from "../display.ts";
import { demoModels } from "../models.ts";
import type { PhoneModel } from "../model.ts";
import { makePhone, type Phone } from "../phone.ts";
import type { StartScrcpy } from "../scrcpy/context.ts";
import { makeUsb } from "../usb/usb-host.ts";
import { makeUsbHub, type UsbHub } from "../usb/usb-hub.ts";
import { plugPhone } from "../usb/usb-bus.ts";
import { type FakeDisplay, makeFakeDisplay } from "./fake-display.ts";

/** A phone on a virtual bus with one computer, all in one thread. */
export interface Rig<Screen extends Display = FakeDisplay> {
  phone: Phone;
  display: Screen;
  usb: USB;
  hub: UsbHub;
  bugs: unknown[];
  unplug(): void;
  plug(): void;
  /** Another computer on the same bus. */
  addComputer(): USB;
  close(): void;
}

export interface RigOptions {
  model?: Partial<PhoneModel>;
  startScrcpy?: StartScrcpy;
}

/** The phone has a screen without pixels. */
export function makeRig(options: RigOptions = {}): Rig {
  return makeRigWith(makeFakeDisplay, options);
}

export function makeRigWith<Screen extends Display>(
  makeScreen: (model: PhoneModel) => Screen,
  options: RigOptions = {},
): Rig<Screen> {
  const [first] = demoModels;
  if (!first) throw new Error("no models");
  const model = { ...first, ...options.model };
  const display = makeScreen(model);
  const bugs: unknown[] = [];
  const phone = makePhone({
    model,
    display,
    clock: { now: () => Date.now() },
    startScrcpy: options.startScrcpy ?? (async () => 0),
    onReboot: () => undefined,
    onBug: (error) => void bugs.push(error),
  });
  const hub = makeUsbHub();
  const ports: MessagePort[] = [];
  const addComputer = () => {
    const { port1, port2 } = new MessageChannel();
    ports.push(port1, port2);
    hub.attachHost(port1);
    return makeUsb(port2);
  };
  let plugged = plugPhone(hub, phone);
  return {
    phone,
    display,
    hub,
    bugs,
    usb: addComputer(),
    addComputer,
    unplug: () => plugged.unplug(),
    plug: () => void (plugged = plugPhone(hub, phone)),
    close() {
      plugged.unplug();
      phone.close();
      for (const port of ports) port.close();
      // A test that went well must not have hidden an error in the phone.
      for (const bug of bugs) throw bug;
    },
  };
}
