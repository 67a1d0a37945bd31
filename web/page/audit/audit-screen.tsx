import { createEffect, createMemo, createSignal, For, Match, on, Show, Switch, type JSX } from "solid-js";
import type { AuditRow as Row } from "../../../protocol/audit.ts";
import { useLink } from "../link/use-link.ts";
import { Icon } from "../look/icon.tsx";
import { faultWords } from "../toast/fault-words.ts";
import { useToasts } from "../toast/toasts.ts";
import { labelOf } from "../wall/device-words.ts";
import { AuditFilterForm } from "./audit-filter-form.tsx";
import { noFilter, queryOf, type AuditFilter } from "./audit-filter.ts";
import { createAuditPages } from "./audit-pages.ts";
import { AuditRow } from "./audit-row.tsx";
import "./audit.css";

/** Who did what, for admins. `deviceId` is what the link that led here was about. */
export function AuditScreen(props: { deviceId?: string | undefined }): JSX.Element {
  const link = useLink();
  const toasts = useToasts();
  const pages = createAuditPages((query) => link.ask("audit:query", query));
  const [filter, setFilter] = createSignal<AuditFilter>(noFilter);
  const devices = createMemo(() => Object.values(link.book.devices));
  const query = () => queryOf(filter(), devices(), link.relayNowMs());
  const isAdmin = () => link.state.role === "admin";
  const isReady = () => link.state.connection.kind === "connected" && isAdmin();
  const fault = () => {
    const phase = pages.phase();
    return phase.kind === "failed" ? phase.fault : undefined;
  };
  const actors = createMemo(() => [...new Set(pages.rows().map((row) => row.actor))].toSorted());

  let searched: AuditFilter | undefined;
  function search(): void {
    searched = filter();
    const wanted = query();
    if (wanted !== undefined) void pages.search(wanted);
  }

  // Not when the devices change, although the query reads them: the trail would be read with every heartbeat. Nor when
  // the connection is back and nothing was missed: the older pages would be gone.
  createEffect(
    on([isReady, filter], ([isReady, filter]) => {
      if (isReady && (filter !== searched || fault() !== undefined)) search();
    }),
  );
  createEffect(
    on(
      () => props.deviceId,
      (deviceId) => {
        const device = link.book.devices[deviceId ?? ""];
        if (deviceId !== undefined) {
          setFilter({ ...noFilter, device: device === undefined ? deviceId : labelOf(device) });
        }
      },
    ),
  );

  async function copy(rows: Row[]): Promise<void> {
    try {
      await navigator.clipboard.writeText(JSON.stringify(rows.length === 1 ? rows[0] : rows, null, 2));
      toasts.note(rows.length === 1 ? "The row is copied" : `${rows.length} rows are copied`);
    } catch {
      toasts.failure("This browser does not let the page copy", "It needs https or localhost.");
    }
  }

  return (
    <main class="audit" aria-label="Audit trail">
      <Show
        when={isAdmin() || !link.state.isListed}
        fallback={
          <div class="empty">
            <h2>The audit trail is for admins</h2>
            <p>You are connected as a {link.state.role}. Ask an admin of this farm what you need to know.</p>
          </div>
        }
      >
        <div class="audit-head">
          <AuditFilterForm
            filter={filter()}
            actors={actors()}
            devices={devices().map(labelOf)}
            isDeviceUnknown={query() === undefined}
            onChange={(change) => setFilter((filter) => ({ ...filter, ...change }))}
          />
          <div class="row audit-actions">
            <span class="muted grow" role="status">
              {query() === undefined
                ? "No device is called that"
                : pages.phase().kind === "reading"
                  ? "Reading…"
                  : `${pages.rows().length}${pages.hasOlder() ? "+" : ""} rows`}
            </span>
            <button type="button" class="button" disabled={!isReady()} onClick={search}>
              <Icon name="retry" /> Refresh
            </button>
            <button
              type="button"
              class="button"
              disabled={pages.rows().length === 0}
              onClick={() => void copy(pages.rows())}
            >
              <Icon name="copy" /> Copy as JSON
            </button>
          </div>
        </div>
        <div class="audit-scroll" role="region" aria-label="Rows, the newest first" tabindex="0">
          <Show when={fault()}>
            {(fault) => (
              <div class="notice bad" role="alert">
                <span class="grow">{faultWords(fault())}</span>
                <button type="button" class="button" onClick={search}>
                  Try again
                </button>
              </div>
            )}
          </Show>
          <ol class="audit-rows" classList={{ reading: pages.phase().kind === "reading" }}>
            <For each={pages.rows()}>
              {(row) => <AuditRow row={row} onCopy={(rows) => void copy(rows)} />}
            </For>
          </ol>
          <Switch>
            <Match when={pages.hasOlder()}>
              <button
                type="button"
                class="button audit-older"
                disabled={!isReady() || pages.phase().kind === "reading"}
                onClick={() => void pages.older()}
              >
                Older
              </button>
            </Match>
            <Match when={pages.phase().kind === "read" && pages.rows().length === 0 && isReady()}>
              <div class="empty">
                <h2>Nothing matches</h2>
                <button type="button" class="button" onClick={() => setFilter(noFilter)}>
                  Show everything
                </button>
              </div>
            </Match>
          </Switch>
        </div>
      </Show>
    </main>
  );
}
