import { makeUsb } from "../../phone/usb/usb-host.ts";
import type { EngineRequest } from "../../protocol/engine.ts";
import { serveEngine } from "../engine/engine.ts";

/** Sent once, before any `EngineRequest`: the cable to the virtual phones. */
export interface CableMessage {
  usb: MessagePort;
}

/** The demo's engine thread: the shipped engine, whose USB leads to virtual phones. */
self.addEventListener(
  "message",
  ({ data }: MessageEvent<CableMessage>) => {
    serveEngine({
      usb: makeUsb(data.usb),
      post: (report) => self.postMessage(report),
      onRequest: (handler) =>
        self.addEventListener("message", (event: MessageEvent<EngineRequest>) => handler(event.data)),
    });
  },
  { once: true },
);
