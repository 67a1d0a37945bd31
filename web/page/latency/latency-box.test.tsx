// @vitest-environment happy-dom
import { render } from "solid-js/web";
import { afterEach, expect, test } from "vitest";
import { FocusContext, type FocusControl } from "../focus/use-focus.ts";
import { joinDashboardLink } from "../link/dashboard-link.ts";
import { fakeRelay, makeFakeViewer } from "../link/fake-viewer.ts";
import { makeFakeWire } from "../link/fake-wire.ts";
import { LinkContext } from "../link/use-link.ts";
import { LatencyBox } from "./latency-box.tsx";

const deviceId = "5b0c2d6e-3f8f-5c9b-8a70-0d6a2c1f9b11";
const each = { p50: 4.04, p95: 12.3 };

let dispose = () => {};
afterEach(() => dispose());

test("[Q8] the delay is measured and shown while somebody looks", () => {
  const viewer = makeFakeViewer();
  const link = joinDashboardLink(makeFakeWire, viewer, fakeRelay);
  const device = { device_id: deviceId };
  dispose = render(
    () => (
      <LinkContext.Provider value={link}>
        <FocusContext.Provider value={{ device: () => device } as unknown as FocusControl}>
          <LatencyBox />
        </FocusContext.Provider>
      </LinkContext.Provider>
    ),
    document.body,
  );
  const button = document.querySelector("button");
  const asked = () => viewer.requests.filter(({ type }) => type === "latency");
  expect(asked()).toEqual([]);
  button?.click();
  expect(asked()).toEqual([{ type: "latency", deviceId }]);
  expect(document.body.textContent).toContain("Nothing was shown in the last seconds.");
  const hops = {
    phone: { p50: 0, p95: 0 },
    engine: each,
    uplink: each,
    relay: each,
    downlink: each,
    decode: each,
    paint: each,
    total: { p50: 24.2, p95: 73.8 },
  };
  viewer.report({ type: "latency", deviceId, figures: { encoding: "h264", pictures: 60, hops } });
  const cells = [...document.querySelectorAll("tr")].map((row) =>
    [...row.children].map((cell) => cell.textContent.trim()),
  );
  expect(cells).toContainEqual(["PC", "4.0", "12"]);
  expect(cells).toContainEqual(["In all", "24", "74"]);
  expect(document.body.textContent).toContain("60 H.264 pictures of the last 5 s");
  button?.click();
  expect(asked().at(-1)).toEqual({ type: "latency" });
  link.close();
});
