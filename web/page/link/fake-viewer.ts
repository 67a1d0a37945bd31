import type { ViewerReport, ViewerRequest } from "../../../protocol/viewer.ts";
import type { ViewerThread } from "./pictures.ts";

/** The viewer's thread for tests: what the page said, and a lever for what it hears. */
export interface FakeViewer extends ViewerThread {
  requests: ViewerRequest[];
  report(report: ViewerReport<Blob>): void;
}

export const fakeRelay = { url: "https://farm.example", token: "secret" } as const;

export function makeFakeViewer(): FakeViewer {
  const listeners: ((report: ViewerReport<Blob>) => void)[] = [];
  const viewer: FakeViewer = {
    requests: [],
    post: (request) => void viewer.requests.push(request),
    onReport: (listener) => void listeners.push(listener),
    onCrash() {},
    terminate() {},
    report(report) {
      for (const listener of listeners) listener(report);
    },
  };
  return viewer;
}
