import { createEffect, onCleanup, Show, untrack, type JSX } from "solid-js";
import { createMemoryRoute, type DashboardRoute } from "./dashboard-route.ts";
import { FocusPanel } from "./focus/focus-panel.tsx";
import { LeaseNotices } from "./lease/lease-notices.tsx";
import { isAway } from "./link/connection.ts";
import type { DashboardLink } from "./link/dashboard-link.ts";
import { LinkContext } from "./link/use-link.ts";
import "./look/tokens.css";
import "./look/base.css";
import { TopBar } from "./look/top-bar.tsx";
import { ToastList } from "./toast/toast-list.tsx";
import { createToasts, ToastContext } from "./toast/toasts.ts";
import { ConnectionBanner } from "./wall/connection-banner.tsx";
import { ConnectionPill } from "./wall/connection-pill.tsx";
import { Wall } from "./wall/wall.tsx";

/** The operators' console. It fills its parent, which must have a height; `route` is its own when none is given. */
export function DashboardScreen(props: { link: DashboardLink; route?: DashboardRoute }): JSX.Element {
  // One screen, one link: it does not change under the components.
  const link = untrack(() => props.link);
  const toasts = createToasts();
  const ownRoute = createMemoryRoute();
  const route = () => props.route ?? ownRoute;
  const focused = () => {
    const id = route().deviceId();
    return id === undefined ? undefined : link.book.devices[id];
  };
  const isUnknown = () => link.state.isListed && route().deviceId() !== undefined && focused() === undefined;

  createEffect(() => onCleanup(link.onFault((fault) => toasts.fault(fault))));

  return (
    <LinkContext.Provider value={link}>
      <ToastContext.Provider value={toasts}>
        <div class="screen">
          <TopBar where="dashboard">
            <Show when={link.state.actor}>
              {(actor) => (
                <span class="muted clip actor" title="How the relay knows you">
                  {actor()}
                </span>
              )}
            </Show>
            <ConnectionPill />
          </TopBar>
          <ConnectionBanner />
          <Show when={isUnknown()}>
            <div class="notice" role="status">
              <span>The relay does not know the device of this link.</span>
              <button type="button" class="button" onClick={() => route().open(undefined)}>
                Show the wall
              </button>
            </div>
          </Show>
          <main class="dashboard" classList={{ stale: isAway(link.state.connection) }}>
            <Wall openId={route().deviceId()} onOpen={(deviceId) => route().open(deviceId)} />
            <Show when={focused()?.device_id} keyed>
              {(_deviceId) => (
                <Show when={focused()}>
                  {(device) => <FocusPanel device={device()} onClose={() => route().open(undefined)} />}
                </Show>
              )}
            </Show>
          </main>
          <ToastList>
            <LeaseNotices />
          </ToastList>
        </div>
      </ToastContext.Provider>
    </LinkContext.Provider>
  );
}
