import type { ViewerRequest } from "../../protocol/viewer.ts";
import { findHardware } from "./hardware.ts";
import { serveViewer } from "./viewer.ts";

/** The thread's entry. The page talks to it with `ViewerRequest` and hears `ViewerReport`. */
serveViewer({
  post: (report) => self.postMessage(report),
  onRequest: (handler) =>
    self.addEventListener("message", (event: MessageEvent<ViewerRequest<OffscreenCanvas, MessagePort>>) =>
      handler(event.data),
    ),
  // Where the page is neither https nor localhost, there is none.
  codecs: "VideoDecoder" in self ? { VideoDecoder, EncodedVideoChunk } : undefined,
  soundCodecs: "AudioDecoder" in self ? { AudioDecoder, EncodedAudioChunk } : undefined,
  hardware: findHardware(),
});
