import { createEffect, createSignal, For, onMount, Show, untrack, type JSX } from "solid-js";
import type { WorkerLink } from "../link/worker-link.ts";
import "../look/tokens.css";
import "../look/base.css";
import { Icon } from "../look/icon.tsx";
import { createSetting, oneOf } from "../look/setting.ts";
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
  /** A phone that stays stuck may be rebooted, whatever this PC remembers. */
  mayReboot?: boolean;
  /** Grants one more phone; the browser's USB picker on a real PC. */
  addPhone: AddPhone;
  /** The person gave this PC another name. */
  onRename?: (pcId: string) => void;
}): JSX.Element {
  const toasts = createToasts();
  const [isStarted, setStarted] = createSignal(false);
  const [renamed, setRenamed] = createSignal<string>();
  const [isPicking, setPicking] = createSignal(false);
  const [reboots, setReboots] = createSetting("reboots-stuck-phones", "no", oneOf(["yes", "no"]));
  const [isRebootAsked, setRebootAsked] = createSignal(untrack(() => props.mayReboot === true));
  const mayReboot = () => isRebootAsked() || reboots() === "yes";
  const pcId = () => renamed() ?? props.pcId;
  const report = () => props.link.state.report;
  const devices = () => (isStarted() ? (report()?.devices ?? []) : []);
  /** Another worker has the phones: nothing can be done with them here. */
  const isElsewhere = () => {
    const relay = report()?.relay;
    if (!isStarted() || relay === undefined) return false;
    return relay.kind === "elsewhere" || (relay.kind === "refused" && relay.fault.code === "FORBIDDEN");
  };
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

  createEffect(() => props.link.setMayReboot(mayReboot()));
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
          <RelayNotice
            relay={report()?.relay}
            fallback={report()?.fallback}
            pcId={pcId()}
            onRetry={() => start(pcId())}
            onTakeOver={() => props.link.takeOver()}
          />
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
            mayReboot={mayReboot()}
            onMayReboot={(next) => {
              setRebootAsked(false);
              setReboots(next ? "yes" : "no");
            }}
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
