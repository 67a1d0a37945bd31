import { createEffect, onCleanup, Show, untrack, type JSX } from "solid-js";
import { AuditScreen } from "./audit/audit-screen.tsx";
import { createMemoryRoute, type DashboardRoute } from "./dashboard-route.ts";
import { FocusPanel } from "./focus/focus-panel.tsx";
import { LeaseNotices } from "./lease/lease-notices.tsx";
import { isAway } from "../connection/keep-connected.ts";
import type { DashboardLink } from "./link/dashboard-link.ts";
import { LinkContext, useLink } from "./link/use-link.ts";
import "./look/tokens.css";
import "./look/base.css";
import { RecordingNotices } from "./recording/recording-notices.tsx";
import { TopBar } from "./look/top-bar.tsx";
import { PlaceLink, RouteContext } from "./place-link.tsx";
import { TogetherBar } from "./together/together-bar.tsx";
import { createTogether, TogetherContext } from "./together/together.ts";
import { ToastList } from "./toast/toast-list.tsx";
import { createToasts, ToastContext, useToasts } from "./toast/toasts.ts";
import { ConnectionBanner } from "./wall/connection-banner.tsx";
import { ConnectionPill } from "./wall/connection-pill.tsx";
import { labelOf } from "./wall/device-words.ts";
import { Wall } from "./wall/wall.tsx";

/** The operators' console. It fills its parent, which must have a height; `route` is its own when none is given. */
export function DashboardScreen(props: {
  link: DashboardLink;
  route?: DashboardRoute;
  /** Of somebody who signed in. */
  onSignOut?: (() => void) | undefined;
}): JSX.Element {
  // One screen, one link, one route: they do not change under the components.
  const link = untrack(() => props.link);
  const route = untrack(() => props.route) ?? createMemoryRoute();
  const toasts = createToasts();
  const isAudit = () => route.place().page === "audit";

  createEffect(() => onCleanup(link.onFault((fault) => toasts.fault(fault))));

  return (
    <LinkContext.Provider value={link}>
      <ToastContext.Provider value={toasts}>
        <RouteContext.Provider value={route}>
          <div class="screen">
            <TopBar where="dashboard">
              <Show when={isAudit() || link.state.role === "admin"}>
                <nav class="top-pages" aria-label="Pages">
                  <PlaceLink to={{ page: "wall" }} isCurrent={!isAudit()}>
                    Wall
                  </PlaceLink>
                  <PlaceLink to={{ page: "audit" }} isCurrent={isAudit()}>
                    Audit
                  </PlaceLink>
                </nav>
              </Show>
              <Show when={link.state.actor}>
                {(actor) => (
                  <span class="muted clip actor" title={`How the relay knows you: ${link.state.role}`}>
                    {actor()}
                  </span>
                )}
              </Show>
              <Show when={props.onSignOut}>
                {(signOut) => (
                  <button type="button" class="button quiet sign-out" onClick={() => signOut()()}>
                    Sign out
                  </button>
                )}
              </Show>
              <ConnectionPill />
            </TopBar>
            <ConnectionBanner />
            <Show when={isAudit()} fallback={<WallAndFocus route={route} />}>
              <AuditScreen deviceId={route.place().deviceId} />
            </Show>
            <ToastList>
              <LeaseNotices />
              <RecordingNotices />
            </ToastList>
          </div>
        </RouteContext.Provider>
      </ToastContext.Provider>
    </LinkContext.Provider>
  );
}

function WallAndFocus(props: { route: DashboardRoute }): JSX.Element {
  const link = useLink();
  const toasts = useToasts();
  const together = createTogether(link);
  const openId = () => props.route.place().deviceId;
  const open = (deviceId?: string) => props.route.go({ page: "wall", deviceId });
  const focused = () => {
    const id = openId();
    return id === undefined ? undefined : link.book.devices[id];
  };
  // Whoever looks at a device that is forgotten goes back to the wall; a link to it is another matter.
  createEffect((before: { id: string; label: string } | undefined) => {
    const device = focused();
    if (device !== undefined) return { id: device.device_id, label: labelOf(device) };
    if (before === undefined || before.id !== openId()) return undefined;
    toasts.note(`${before.label} was forgotten`);
    open();
    return undefined;
  }, undefined);
  const isUnknown = () => link.state.isListed && openId() !== undefined && focused() === undefined;
  return (
    <TogetherContext.Provider value={together}>
      <TogetherBar onOpen={open} />
      <Show when={isUnknown()}>
        <div class="notice" role="status">
          <span>The relay does not know the device of this link.</span>
          <button type="button" class="button" onClick={() => open()}>
            Show the wall
          </button>
        </div>
      </Show>
      <main
        class="dashboard"
        classList={{
          stale: isAway(link.state.connection),
          "status-live": link.state.fallback.kind === "live",
        }}
      >
        <Wall openId={openId()} onOpen={open} />
        <Show when={focused()?.device_id} keyed>
          {(_deviceId) => (
            <Show when={focused()}>
              {(device) => <FocusPanel device={device()} onClose={() => open()} />}
            </Show>
          )}
        </Show>
      </main>
    </TogetherContext.Provider>
  );
}
