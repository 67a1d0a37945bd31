import { createEffect, createSignal, For, onCleanup, Show, type JSX } from "solid-js";
import { latencyHops, type LatencyFigures, type LatencyHop } from "../../../protocol/latency.ts";
import { useFocus } from "../focus/use-focus.ts";
import { useLink } from "../link/use-link.ts";
import { Icon } from "../look/icon.tsx";
import "./latency.css";

const hopWords: Record<LatencyHop, { name: string; what: string }> = {
  phone: {
    name: "Phone and cable",
    what: "From the display to the PC, beyond the quickest picture seen: the phone's clock is not ours, so the least of it is not known",
  },
  engine: { name: "PC", what: "In the worker's tab; for JPEGs that is decoding and encoding" },
  uplink: {
    name: "Uplink",
    what: "From the PC to the relay, by the relay's clock: within a millisecond or so",
  },
  relay: { name: "Relay", what: "In the relay" },
  downlink: { name: "Downlink", what: "From the relay to this browser: within a millisecond or so" },
  decode: { name: "Decode", what: "In this browser" },
  paint: { name: "Paint", what: "Until it is handed to the screen, which takes up to one refresh more" },
  total: { name: "In all", what: "From the display to here" },
};
const parts = latencyHops.filter((hop) => hop !== "total");

/** Where the delay between the phone's display and this one comes from, while somebody wants to know. */
export function LatencyBox(): JSX.Element {
  const [isOpen, setOpen] = createSignal(false);
  return (
    <>
      <button
        type="button"
        class="button latency-toggle"
        aria-expanded={isOpen()}
        onClick={() => setOpen(!isOpen())}
      >
        <Icon name="gauge" /> {isOpen() ? "Hide delay" : "Show delay"}
      </button>
      <Show when={isOpen()}>
        <LatencyTable />
      </Show>
    </>
  );
}

function LatencyTable(): JSX.Element {
  const link = useLink();
  const focus = useFocus();
  const [figures, setFigures] = createSignal<LatencyFigures>();
  createEffect(() => {
    const deviceId = focus.device().device_id;
    const stop = link.onUse((report) => {
      if (report.type === "latency" && report.deviceId === deviceId) setFigures(report.figures);
    });
    link.use({ type: "latency", deviceId });
    onCleanup(() => {
      stop();
      link.use({ type: "latency" });
    });
  });

  return (
    <Show when={figures()} fallback={<p class="muted">Nothing was shown in the last seconds.</p>}>
      {(figures) => (
        <div class="latency">
          <LatencyBar figures={figures()} />
          <table>
            <thead>
              <tr>
                <th scope="col">
                  <span class="visually-hidden">Hop</span>
                </th>
                <th scope="col" title="Half of the pictures took no longer">
                  p50
                </th>
                <th scope="col" title="19 of 20 pictures took no longer">
                  p95
                </th>
              </tr>
            </thead>
            <tbody>
              <For each={latencyHops}>
                {(hop) => (
                  <tr class={hop} title={hopWords[hop].what}>
                    <th scope="row">
                      <span class="latency-key" aria-hidden="true" />
                      {hopWords[hop].name}
                    </th>
                    <td>{msWords(figures().hops[hop].p50)}</td>
                    <td>{msWords(figures().hops[hop].p95)}</td>
                  </tr>
                )}
              </For>
            </tbody>
          </table>
          <p class="muted">
            {figures().pictures} {figures().encoding === "h264" ? "H.264 pictures" : "JPEGs"} of the last 5 s,
            in ms. Estimated from clocks; the first hop counts from the quickest picture seen.
          </p>
        </div>
      )}
    </Show>
  );
}

function LatencyBar(props: { figures: LatencyFigures }): JSX.Element {
  return (
    <div class="latency-bar" aria-hidden="true">
      <For each={parts}>
        {(hop) => <span class={hop} style={{ "flex-grow": props.figures.hops[hop].p50 }} />}
      </For>
    </div>
  );
}

function msWords(ms: number): string {
  return ms < 10 ? ms.toFixed(1) : ms.toFixed(0);
}
