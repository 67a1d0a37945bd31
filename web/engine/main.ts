import type { EngineRequest } from "../../protocol/engine.ts";
import { serveEngine } from "./engine.ts";

/** The thread's entry. The page talks to it with `EngineRequest` and hears `EngineReport`. */
serveEngine({
  usb: navigator.usb,
  post: (report) => self.postMessage(report),
  onRequest: (handler) =>
    self.addEventListener("message", (event: MessageEvent<EngineRequest>) => handler(event.data)),
});
