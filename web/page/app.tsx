import { createEffect, createSignal, Match, onCleanup, Show, Switch, untrack, type JSX } from "solid-js";
import type { Fault } from "../../protocol/fault.ts";
import { createAddressRoute } from "./dashboard-route.ts";
import { DashboardScreen } from "./dashboard-screen.tsx";
import type { DashboardLink } from "./link/dashboard-link.ts";
import type { WorkerLink } from "./link/worker-link.ts";
import { TokenScreen } from "./token/token-screen.tsx";
import { tokenInPasted, type Role } from "./token/token.ts";
import { labelOf } from "./wall/device-words.ts";
import type { AddPhone } from "./worker/add-phone.ts";
import { WorkerScreen } from "./worker/worker-screen.tsx";

/** What the app is given by its composition root. */
export interface AppParts {
  role: Role;
  token: string | undefined;
  keepToken(role: Role, token: string): void;
  makeDashboardLink(token: string): DashboardLink;
  makeWorkerLink(token: string): WorkerLink;
  pcId: string;
  keepPcId(pcId: string): void;
  isKiosk: boolean;
  /** The address allows to reboot phones that stay stuck. */
  mayReboot: boolean;
  addPhone: AddPhone;
}

/** Lets in with a token that the relay has not refused. */
export function App(props: { parts: AppParts }): JSX.Element {
  // An object, so that the same text pasted again is a new try with a new link.
  const [token, setToken] = createSignal(untrack(() => firstToken(props.parts.token)));
  const [refusal, setRefusal] = createSignal<Fault>();

  function accept(pasted: string): boolean {
    const text = tokenInPasted(pasted);
    if (text === undefined) return false;
    props.parts.keepToken(props.parts.role, text);
    setToken({ text });
    setRefusal(undefined);
    return true;
  }

  return (
    <Show
      when={refusal() === undefined ? token() : undefined}
      keyed
      fallback={
        <TokenScreen
          where={props.parts.role}
          linkEnd={`/${props.parts.role}#token=…`}
          label="Link or token"
          fault={refusal()}
          onPaste={accept}
        />
      }
    >
      {(token) => (
        <Switch>
          <Match when={props.parts.role === "dashboard"}>
            <Dashboard parts={props.parts} token={token.text} onRefused={setRefusal} />
          </Match>
          <Match when={props.parts.role === "worker"}>
            <Worker parts={props.parts} token={token.text} onRefused={setRefusal} />
          </Match>
        </Switch>
      )}
    </Show>
  );
}

function firstToken(text: string | undefined): { text: string } | undefined {
  return text === undefined ? undefined : { text };
}

function Dashboard(props: {
  parts: AppParts;
  token: string;
  onRefused: (fault: Fault) => void;
}): JSX.Element {
  const link = untrack(() => props.parts.makeDashboardLink(props.token));
  const route = createAddressRoute();
  onCleanup(() => link.close());
  createEffect(() => {
    const { connection } = link.state;
    if (connection.kind === "refused") props.onRefused({ ...connection.fault });
  });
  createEffect(() => {
    const { page, deviceId } = route.place();
    const device = link.book.devices[deviceId ?? ""];
    const subject = page === "audit" ? "Audit" : device === undefined ? undefined : labelOf(device);
    document.title = subject === undefined ? "Tabfarm dashboard" : `${subject} · Tabfarm dashboard`;
  });
  return <DashboardScreen link={link} route={route} />;
}

function Worker(props: { parts: AppParts; token: string; onRefused: (fault: Fault) => void }): JSX.Element {
  const link = untrack(() => props.parts.makeWorkerLink(props.token));
  onCleanup(() => link.stop());
  createEffect(() => {
    const relay = link.state.report?.relay;
    // A name that another PC has is refused too: the worker's own screen deals with that.
    if (relay?.kind === "refused" && relay.fault.code === "AUTH_FAILED") props.onRefused({ ...relay.fault });
  });
  return (
    <WorkerScreen
      link={link}
      pcId={props.parts.pcId}
      startsAtOnce={props.parts.isKiosk}
      mayReboot={props.parts.mayReboot}
      addPhone={props.parts.addPhone}
      onRename={(pcId) => props.parts.keepPcId(pcId)}
    />
  );
}
