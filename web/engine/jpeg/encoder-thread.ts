import { makeBrowserEncoder } from "./browser-encoder.ts";
import type { ThreadRequest, ThreadReply } from "./threaded-encoder.ts";

/** The thread's entry. Frames that come are its own. */
const encoder = makeBrowserEncoder();
const reply = (message: ThreadReply, transfer: Transferable[] = []): void => self.postMessage(message, transfer);

self.addEventListener("message", (event: MessageEvent<ThreadRequest>) => {
  const { id, frame, layers } = event.data;
  encoder
    .encode(frame, layers)
    .then(
      (jpegs) => reply({ id, jpegs }, jpegs.map(({ buffer }) => buffer)),
      (error: unknown) => reply({ id, problem: String(error) }),
    )
    .finally(() => frame.close());
});
