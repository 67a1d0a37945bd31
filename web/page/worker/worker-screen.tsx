import { createSignal, For, onMount, Show, type JSX } from "solid-js";
import type { WorkerLink } from "../link/worker-link.ts";
import "../look/tokens.css";
import "../look/base.css";
import { Icon } from "../look/icon.tsx";
import { TopBar } from "../look/top-bar.tsx";
import { ToastList } from "../toast/toast-list.tsx";
import { createToasts, ToastContext } from "../toast/toasts.ts";
import { usbMissingWords, type AddPhone } from "./add-phone.ts";
import { NoPhones } from "./no-phones.tsx";
import { PcCard } from "./pc-card.tsx";
import { PhoneRow } from "./phone-row.tsx";
import { RelayNotice } from "./relay-notice.tsx";
import { createWakeLock } from "./wake-lock.ts";
import "./worker.css";

/** A farm PC's own screen. It fills its parent, which must have a height. */
export function WorkerScreen(props: {
  link: WorkerLink;
  pcId: string;
  /** Starts without a click. */
  startsAtOnce?: boolean;
  /** Grants one more phone; the browser's USB picker on a real PC. */
  addPhone: AddPhone;
  /** The person gave this PC another name. */
  onRename?: (pcId: string) => void;
}): JSX.Element {
  const toasts = createToasts();
  const [isStarted, setStarted] = createSignal(false);
  const [renamed, setRenamed] = createSignal<string>();
  const [isPicking, setPicking] = createSignal(false);
  const pcId = () => renamed() ?? props.pcId;
  const report = () => props.link.state.report;
  const devices = () => (isStarted() ? (report()?.devices ?? []) : []);
  /** The other tab has the phones: nothing can be done with them here. */
  const isElsewhere = () => isStarted() && report()?.relay.kind === "elsewhere";
  const wakeLock = createWakeLock(isStarted);

  function start(name: string): void {
    setStarted(true);
    if (name !== pcId()) {
      setRenamed(name);
      props.onRename?.(name);
    }
    props.link.start(name);
  }

  function stop(): void {
    setStarted(false);
    props.link.stop();
  }

  async function pick(): Promise<void> {
    setPicking(true);
    const picked = await props.addPhone();
    setPicking(false);
    if (picked.ok) props.link.claim(picked.serialNumber);
    else if (picked.words !== undefined) toasts.failure(picked.words);
  }

  onMount(() => {
    if (props.startsAtOnce === true) start(pcId());
  });

  return (
    <ToastContext.Provider value={toasts}>
      <div class="screen">
        <TopBar where="worker" />
        <Show when={props.link.state.crash}>
          {(crash) => (
            <div class="notice bad" role="alert">
              <span class="grow">The engine stopped: {crash()}</span>
              <button type="button" class="button" onClick={() => location.reload()}>
                Reload
              </button>
            </div>
          )}
        </Show>
        <Show when={isStarted()}>
          <RelayNotice relay={report()?.relay} onRetry={() => start(pcId())} />
        </Show>
        <Show when={report()?.isUsbMissing}>
          <div class="notice bad" role="alert">
            {usbMissingWords}
          </div>
        </Show>
        <main class="worker">
          <PcCard
            pcId={pcId()}
            isStarted={isStarted()}
            report={report()}
            wakeLock={wakeLock()}
            onStart={start}
            onStop={stop}
          />
          <section aria-label="Phones" hidden={isElsewhere()}>
            <div class="row phones-head">
              <h2 class="grow">
                Phones <span class="muted">{devices().length}</span>
              </h2>
              <button
                type="button"
                class="button primary"
                disabled={!isStarted() || isPicking()}
                title={isStarted() ? undefined : "Press Start first"}
                onClick={() => void pick()}
              >
                <Icon name="plus" /> Add a phone
              </button>
            </div>
            <Show when={devices().length > 0} fallback={<NoPhones isStarted={isStarted()} />}>
              <ul class="phones card">
                <For each={devices()}>
                  {(device) => (
                    <PhoneRow device={device} onRetry={() => props.link.claim(device.serialNumber)} />
                  )}
                </For>
              </ul>
            </Show>
          </section>
        </main>
        <ToastList />
      </div>
    </ToastContext.Provider>
  );
}
