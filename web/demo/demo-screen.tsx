import { createSignal, For, Show, type JSX } from "solid-js";
import { DashboardScreen } from "../page/dashboard-screen.tsx";
import type { DashboardLink } from "../page/link/dashboard-link.ts";
import type { WorkerLink } from "../page/link/worker-link.ts";
import type { AddPhone } from "../page/worker/add-phone.ts";
import { WorkerScreen } from "../page/worker/worker-screen.tsx";
import { DemoHint } from "./demo-hint.tsx";
import { DemoTokenScreen } from "./demo-token-screen.tsx";
import type { DeskLink } from "./desk-link.ts";
import { Desk } from "./desk.tsx";
import "./demo-screen.css";

const sides = [
  { name: "Dashboard", hint: "watch and drive, from anywhere" },
  { name: "Farm PC", hint: "the phones, and the worker that holds them" },
] as const;

/** The whole farm in one tab: a farm PC with its phones, and an operator's dashboard. Narrow windows show one at a time. */
export function DemoScreen(props: {
  desk: DeskLink;
  worker: WorkerLink;
  dashboard: DashboardLink;
  pcId: string;
  addPhone: AddPhone;
}): JSX.Element {
  const [side, setSide] = createSignal<(typeof sides)[number]["name"]>("Dashboard");
  const isAsking = () => props.desk.phones.some((phone) => phone.isAsking);
  const refusal = () => {
    const { connection } = props.dashboard.state;
    if (connection.kind === "refused") return connection.fault;
    const relay = props.worker.state.report?.relay;
    return relay?.kind === "refused" && relay.fault.code === "AUTH_FAILED" ? relay.fault : undefined;
  };
  return (
    <Show when={refusal() === undefined} fallback={<DemoTokenScreen fault={refusal()} />}>
      <div class="demo" data-side={side()}>
        <DemoHint />
        <div class="demo-tabs" role="group" aria-label="Side of the farm to show">
          <For each={sides}>
            {({ name, hint }) => (
              <button type="button" aria-pressed={side() === name} title={hint} onClick={() => setSide(name)}>
                {name}
                <Show when={name === "Farm PC" && isAsking()}>
                  <span class="demo-asks">A phone asks</span>
                </Show>
              </button>
            )}
          </For>
        </div>
        <div class="demo-pane demo-pc">
          <Desk link={props.desk} />
          <div class="demo-worker">
            <WorkerScreen link={props.worker} pcId={props.pcId} startsAtOnce addPhone={props.addPhone} />
          </div>
        </div>
        <div class="demo-pane demo-dashboard">
          <DashboardScreen link={props.dashboard} />
        </div>
      </div>
    </Show>
  );
}
