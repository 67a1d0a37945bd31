import { systemClock } from "./clock.ts";
import { showOnDesk } from "./desk-screen.ts";
import type { Display, ScreenNode } from "./display.ts";
import type { PhoneModel } from "./model.ts";
import { makePhone, type Phone } from "./phone.ts";
import { makeDisplay } from "./screen/display.ts";
import { makeScrcpyServer } from "./scrcpy/server.ts";
import { encodeWithWebCodecs } from "./scrcpy/web-codecs-encoder.ts";
import type { PhoneThreadReport, PhoneThreadRequest } from "./thread-messages.ts";
import { plugPhone } from "./usb/plug-phone.ts";
import { makeUsbHub, type UsbHub } from "./usb/usb-hub.ts";

/** The thread's entry: any number of phones, on one virtual bus. */

interface Placed {
  phone: Phone;
  plug: { unplug(): void } | undefined;
}

const rebootMs = 4000;

const startScrcpy = makeScrcpyServer({ encode: encodeWithWebCodecs });
const hub: UsbHub = makeUsbHub();
const placed = new Map<string, Placed>();

function place(model: PhoneModel): void {
  const display = makeDisplay(model);
  const phone = makePhone({
    model,
    display,
    startScrcpy,
    clock: systemClock,
    onReboot: () => {
      unplug(model.serial);
      setTimeout(() => plug(model.serial), rebootMs);
    },
    onBug: (error) => reportError(error),
  });
  placed.set(model.serial, { phone, plug: undefined });
  let { rotation, isAsking } = display;
  display.onDamage(() => {
    if (display.rotation === rotation && display.isAsking === isAsking) return;
    ({ rotation, isAsking } = display);
    report();
  });
  plug(model.serial);
}

function plug(serial: string): void {
  const here = placed.get(serial);
  if (here === undefined || here.plug) return;
  here.plug = plugPhone(hub, here.phone);
  report();
}

function unplug(serial: string): void {
  const here = placed.get(serial);
  here?.plug?.unplug();
  if (here) here.plug = undefined;
  report();
}

function report(): void {
  const phones = [...placed.values()].map(({ phone: { model, display }, plug }) => ({
    serial: model.serial,
    model: model.model,
    naturalSize: model.naturalSize,
    rotation: display.rotation,
    isPlugged: plug !== undefined,
    isAsking: display.isAsking,
  }));
  const message: PhoneThreadReport = { type: "phones", phones };
  self.postMessage(message);
}

function tapAllow(display: Display): void {
  const button = allNodes(display.describe()).find((node) => node.isClickable && node.text === "Allow");
  if (button === undefined) return;
  const { left, top, right, bottom } = button.bounds;
  const finger = { id: 0, x: (left + right) / 2, y: (top + bottom) / 2 };
  display.pointer({ ...finger, action: "down" });
  display.pointer({ ...finger, action: "up" });
}

function allNodes(node: ScreenNode): ScreenNode[] {
  return [node, ...node.children.flatMap(allNodes)];
}

function obey(request: PhoneThreadRequest): void {
  if (request.type === "start") {
    for (const model of request.models) place(model);
    hub.attachHost(request.usb);
    return;
  }
  if (request.type === "plug") return plug(request.serial);
  if (request.type === "unplug") return unplug(request.serial);
  const display = placed.get(request.serial)?.phone.display;
  if (display === undefined) return;
  if (request.type === "turn") display.rotate(display.rotation === 0 ? 1 : 0);
  else if (request.type === "touch") display.pointer(request.pointer);
  else if (request.type === "allow") tapAllow(display);
  else showOnDesk(display, request.canvas);
}

self.addEventListener("message", (event: MessageEvent<PhoneThreadRequest>) => obey(event.data));
