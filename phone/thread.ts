import { breakPhone, mendPhone } from "./break-phone.ts";
import { systemClock } from "./clock.ts";
import { showOnDesk } from "./desk-screen.ts";
import type { Display } from "./display.ts";
import type { PhoneModel } from "./model.ts";
import { makePhone, type Phone } from "./phone.ts";
import { makeRack } from "./rack.ts";
import { makeDisplay } from "./screen/display.ts";
import { makeScrcpyServer } from "./scrcpy/server.ts";
import { encodeWithWebCodecs } from "./scrcpy/web-codecs-encoder.ts";
import { encodeOpus } from "./sound/web-codecs-opus.ts";
import { tapAllow } from "./tap-allow.ts";
import { recordTouches, type RecordedTouch } from "./touch-record.ts";
import type { PhoneThreadReport, PhoneThreadRequest } from "./thread-messages.ts";
import { plugPhone } from "./usb/usb-bus.ts";
import { makeUsbHub, type UsbHub } from "./usb/usb-hub.ts";

/** The thread's entry: any number of phones, on one virtual bus. */

const startScrcpy = makeScrcpyServer({ encode: encodeWithWebCodecs, encodeOpus });
const hub: UsbHub = makeUsbHub();
const rack = makeRack({ switchOn, plugIn: (phone) => [plugPhone(hub, phone)], onChange: report });

const touchesOf = new WeakMap<Display, () => RecordedTouch[]>();

function switchOn(model: PhoneModel, onReboot: () => void): Phone {
  const display = makeDisplay(model);
  touchesOf.set(display, recordTouches(display, report));
  let { rotation, isAsking } = display;
  display.onDamage(() => {
    if (display.rotation === rotation && display.isAsking === isAsking) return;
    ({ rotation, isAsking } = display);
    report();
  });
  const phone = makePhone({
    model,
    display,
    startScrcpy,
    clock: systemClock,
    onReboot,
    onBug: (error) => reportError(error),
  });
  phone.faults.onChange(report);
  return phone;
}

function report(): void {
  const phones = rack.phones().map(({ phone: { model, display, faults }, isPlugged }) => ({
    serial: model.serial,
    model: model.model,
    naturalSize: model.naturalSize,
    rotation: display.rotation,
    isPlugged,
    isAsking: display.isAsking,
    touches: touchesOf.get(display)?.() ?? [],
    faults: faults.list().map(({ name }) => name),
  }));
  const message: PhoneThreadReport = { type: "phones", phones };
  self.postMessage(message);
}

function obey(request: PhoneThreadRequest): void {
  if (request.type === "start") {
    for (const model of request.models) rack.add(model);
    hub.attachHost(request.usb);
    return;
  }
  if (request.type === "plug") return rack.plug(request.serial);
  if (request.type === "unplug") return rack.unplug(request.serial);
  const phone = rack.phoneOf(request.serial);
  if (phone === undefined) return;
  const { display } = phone;
  if (request.type === "turn") display.rotate(display.rotation === 0 ? 1 : 0);
  else if (request.type === "touch") display.pointer(request.pointer);
  else if (request.type === "allow") tapAllow(display);
  else if (request.type === "break") breakPhone(rack, phone, request.fault);
  else if (request.type === "mend") mendPhone(rack, phone);
  else showOnDesk(display, request.canvas);
}

self.addEventListener("message", (event: MessageEvent<PhoneThreadRequest>) => obey(event.data));
