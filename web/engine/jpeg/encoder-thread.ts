import { makeThreadEncoder } from "./thread-encoder.ts";
import type { ThreadReply, ThreadRequest } from "./threaded-encoder.ts";

/** The thread's entry. Frames that come are its own. */
const encoder = makeThreadEncoder();
const reply = (message: ThreadReply, transfer: Transferable[] = []): void =>
  self.postMessage(message, transfer);

self.addEventListener("message", (event: MessageEvent<ThreadRequest>) => {
  const { id, frame, layers } = event.data;
  encoder
    .encode(frame, layers)
    .then(
      (jpegs) =>
        reply(
          { id, jpegs },
          jpegs.map(({ buffer }) => buffer),
        ),
      (error: unknown) => reply({ id, problem: String(error) }),
    )
    .finally(() => frame.close());
});
