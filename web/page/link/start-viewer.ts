import type { ViewerReport } from "../../../protocol/viewer.ts";
import type { ViewerThread } from "./pictures.ts";

/** Starts the thread that shows pictures. */
export function startViewer(): ViewerThread {
  const worker = new Worker(new URL("../../viewer/main.ts", import.meta.url), {
    type: "module",
    name: "viewer",
  });
  return {
    post: (request, transfer = []) => worker.postMessage(request, transfer),
    onReport(listener) {
      worker.addEventListener("message", (event: MessageEvent<ViewerReport<Blob>>) => listener(event.data));
    },
    onCrash(listener) {
      worker.addEventListener("error", ({ message }) => listener(message || "it could not be loaded"));
    },
    terminate: () => worker.terminate(),
  };
}
