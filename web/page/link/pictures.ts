import type { Connection } from "../../../protocol/connection.ts";
import type { Fault } from "../../../protocol/fault.ts";
import type {
  PictureFacts,
  PictureState,
  PictureWish,
  ViewerReport,
  ViewerRequest,
} from "../../../protocol/viewer.ts";
import type { UseReport, UseRequest } from "../../../protocol/viewer-uses.ts";

/** The thread that runs the viewer. */
export interface ViewerThread {
  post(request: ViewerRequest<OffscreenCanvas, MessagePort>, transfer?: Transferable[]): void;
  onReport(listener: (report: ViewerReport<Blob>) => void): void;
  onCrash(listener: (reason: string) => void): void;
  terminate(): void;
}

/** Where a device's picture is shown, and who is told of it. Nothing of it is reactive. */
export interface PictureView {
  /** Where the thread paints video; asked for once, when there is some. */
  canvas: () => HTMLCanvasElement;
  /** A picture of another shape or size is on the canvas now. */
  onVideo: (facts: PictureFacts) => void;
  /** So many pictures were painted on the canvas; told a few times a second. */
  onCount?: (pictures: number) => void;
  /** Shows a JPEG, a `data:` URL. Resolves when it is shown or turned out to be none, to whether it is. */
  onJpeg: (url: string, facts: PictureFacts) => Promise<boolean>;
  onState?: (state: PictureState) => void;
}

export interface Watch {
  /** Without a wish nothing is asked for, and what is shown stays. */
  change(wish: PictureWish | undefined): void;
  stop(): void;
}

/** What components may know of the thread that holds the pictures' connection, decodes and paints. */
export interface Pictures {
  /** Whoever watches stops it. */
  watch(deviceId: string, wish: PictureWish, view: PictureView): Watch;
  /** The device is back: what was refused is asked again. */
  deviceConnected(deviceId: string): void;
  /** Something else than showing; what becomes of it, `onUse` hears. */
  use(request: UseRequest<MessagePort>, transfer?: Transferable[]): void;
  /** A newer token of the same person. */
  renew(token: string): void;
  retry(): void;
  close(): void;
}

export interface PicturesNeeds {
  thread: ViewerThread;
  relayUrl: string;
  token: string;
  onConnection(connection: Connection): void;
  onFault(fault: Fault): void;
  onUse(report: UseReport<Blob>): void;
}

interface Watched {
  views: Map<number, PictureView>;
  state?: PictureState;
}

export function makePictures(needs: PicturesNeeds): Pictures {
  const { thread } = needs;
  const watched = new Map<string, Watched>();
  const views = new Map<number, PictureView>();
  let lastId = 0;

  function post(request: ViewerRequest<OffscreenCanvas, MessagePort>, transfer: Transferable[] = []): void {
    thread.post(request, transfer);
  }

  /** The thread waits for this before it sends the device's next one. */
  async function showJpeg({ deviceId, url, facts }: Extract<ViewerReport, { type: "jpeg" }>): Promise<void> {
    const shown = [...(watched.get(deviceId)?.views.values() ?? [])].map((view) => view.onJpeg(url, facts));
    const isShown = (await Promise.all(shown)).includes(true);
    post({ type: "jpeg-done", deviceId, ...(isShown ? { shownAtMs: nowMs() } : {}) });
  }

  function giveCanvas(watchId: number): void {
    const canvas = views.get(watchId)?.canvas().transferControlToOffscreen();
    if (canvas !== undefined) post({ type: "canvas", watchId, canvas }, [canvas]);
  }

  function hear(report: ViewerReport<Blob>): void {
    switch (report.type) {
      case "connection":
        return needs.onConnection(report.connection);
      case "fault":
        return needs.onFault(report.fault);
      case "canvas-wanted":
        return giveCanvas(report.watchId);
      case "painted":
        return views.get(report.watchId)?.onVideo(report.facts);
      case "counts":
        for (const [watchId, pictures] of report.painted) views.get(watchId)?.onCount?.(pictures);
        return;
      case "jpeg":
        void showJpeg(report);
        return;
      case "state": {
        const entry = watched.get(report.deviceId);
        if (entry === undefined) return;
        entry.state = report.state;
        for (const view of entry.views.values()) view.onState?.(report.state);
        return;
      }
      default:
        needs.onUse(report);
    }
  }

  thread.onReport(hear);
  thread.onCrash((cause) => {
    needs.onFault({
      code: "INTERNAL",
      message: `The thread that shows pictures failed: ${cause}. Reload the page.`,
    });
  });
  post({ type: "start", relayUrl: needs.relayUrl, token: needs.token });

  return {
    watch(deviceId, wish, view) {
      lastId += 1;
      const watchId = lastId;
      const entry = watched.get(deviceId) ?? { views: new Map<number, PictureView>() };
      watched.set(deviceId, entry);
      entry.views.set(watchId, view);
      views.set(watchId, view);
      post({ type: "watch", watchId, deviceId, wish });
      return {
        change(next) {
          if (views.has(watchId))
            post({ type: "change", watchId, ...(next === undefined ? {} : { wish: next }) });
        },
        stop() {
          if (!views.delete(watchId)) return;
          entry.views.delete(watchId);
          if (entry.views.size === 0) watched.delete(deviceId);
          post({ type: "stop", watchId });
        },
      };
    },
    deviceConnected: (deviceId) => post({ type: "device-connected", deviceId }),
    use: post,
    renew: (token) => post({ type: "renew", token }),
    retry: () => post({ type: "retry" }),
    close() {
      post({ type: "close" });
      // It says goodbye to the relay first; what is left of it then has nobody to hear it.
      setTimeout(() => thread.terminate(), 200);
    },
  };
}

function nowMs(): number {
  return performance.timeOrigin + performance.now();
}
