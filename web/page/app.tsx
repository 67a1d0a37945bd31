import { createEffect, createSignal, Match, on, onCleanup, Show, Switch, untrack, type JSX } from "solid-js";
import type { Fault } from "../../protocol/fault.ts";
import { createAddressRoute } from "./dashboard-route.ts";
import { DashboardScreen } from "./dashboard-screen.tsx";
import type { DashboardLink } from "./link/dashboard-link.ts";
import type { WorkerLink } from "./link/worker-link.ts";
import type { Session } from "./session/session.ts";
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
  /** Forgets the kept one. */
  dropToken(role: Role): void;
  /** The farm's Supabase project, if it has one. */
  openSession(): Promise<Session | undefined>;
  makeDashboardLink(token: string): DashboardLink;
  makeWorkerLink(token: string): WorkerLink;
  pcId: string;
  keepPcId(pcId: string): void;
  isKiosk: boolean;
  /** The address allows to reboot phones that stay stuck. */
  mayReboot: boolean;
  addPhone: AddPhone;
}

/** Lets in with a token that the relay has not refused: one from a link, or a signed-in person's. */
export function App(props: { parts: AppParts }): JSX.Element {
  // An object, so that the same text pasted again is a new try with a new link.
  const [token, setToken] = createSignal(untrack(() => givenToken(props.parts.token)));
  const [refusal, setRefusal] = createSignal<Fault>();
  const [session, setSession] = createSignal<Session>();

  function accept(pasted: string): boolean {
    const text = tokenInPasted(pasted);
    if (text === undefined) return false;
    props.parts.keepToken(props.parts.role, text);
    comeIn({ text });
    return true;
  }

  function comeIn(entry: Entry): void {
    setRefusal(undefined);
    setToken(entry);
  }

  let hasAsked = false;
  /** Once: a failure is shown, and asking again because of it would not end. Workers have keys, nobody sits there. */
  function offerSignIn(): void {
    if (props.parts.role !== "dashboard" || hasAsked) return;
    hasAsked = true;
    props.parts.openSession().then(setSession, (failure: unknown) => {
      setRefusal({ code: "INTERNAL", message: `Signing in is not possible now: ${String(failure)}` });
    });
  }
  createEffect(() => {
    if (token() === undefined || refusal() !== undefined) untrack(offerSignIn);
  });

  // Whoever signs in comes in; whoever signs out, here or in another tab, is out.
  createEffect(
    on(
      () => session()?.token(),
      (signedIn) => {
        const opened = session();
        const isIn = token()?.session !== undefined;
        if (signedIn === undefined || opened === undefined) {
          if (isIn) setToken(undefined);
        } else if (!isIn || refusal() !== undefined) {
          props.parts.dropToken(props.parts.role);
          comeIn({ text: signedIn, session: opened });
        }
      },
    ),
  );

  async function refused(entry: Entry, fault: Fault): Promise<void> {
    // A tab that slept comes back with an old token, and has what it takes for a new one.
    const isNew = isExpired(fault) && (await entry.session?.renew().catch(() => false));
    const text = entry.session?.token();
    if (isNew === true && text !== undefined) comeIn({ ...entry, text });
    else setRefusal(fault);
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
          session={session()}
        />
      }
    >
      {(entry) => (
        <Switch>
          <Match when={props.parts.role === "dashboard"}>
            <Dashboard parts={props.parts} entry={entry} onRefused={(fault) => void refused(entry, fault)} />
          </Match>
          <Match when={props.parts.role === "worker"}>
            <Worker parts={props.parts} token={entry.text} onRefused={setRefusal} />
          </Match>
        </Switch>
      )}
    </Show>
  );
}

/** What the relay is shown, and the session that renews it. */
interface Entry {
  text: string;
  session?: Session;
}

function givenToken(text: string | undefined): Entry | undefined {
  return text === undefined ? undefined : { text };
}

function isExpired({ code, details }: Fault): boolean {
  const isTold = typeof details === "object" && details !== null && "reason" in details;
  return code === "AUTH_FAILED" && isTold && details.reason === "expired";
}

function Dashboard(props: { parts: AppParts; entry: Entry; onRefused: (fault: Fault) => void }): JSX.Element {
  const { text, session } = untrack(() => props.entry);
  const link = untrack(() => props.parts.makeDashboardLink(text));
  const route = createAddressRoute();
  onCleanup(() => link.close());
  createEffect(() => {
    const renewed = session?.token();
    if (renewed !== undefined) link.renew(renewed);
  });
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
  return <DashboardScreen link={link} route={route} onSignOut={session && (() => void session.signOut())} />;
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
