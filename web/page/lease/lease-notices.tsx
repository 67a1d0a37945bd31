import { createEffect, For, onCleanup, type JSX } from "solid-js";
import { useLink } from "../link/use-link.ts";
import { createClock } from "../look/clock.ts";
import { useToasts } from "../toast/toasts.ts";
import { ageWords, labelOf } from "../wall/device-words.ts";

/** Holds of one's own that are about to end, and word of those that did. */
export function LeaseNotices(): JSX.Element {
  const link = useLink();
  const toasts = useToasts();
  const now = createClock(1000);
  const labelFor = (deviceId: string) => {
    const device = link.book.devices[deviceId];
    return device === undefined ? "a device" : labelOf(device);
  };
  const leftMs = (endsAt: string) => Date.parse(endsAt) - link.relayNowMs() + Date.now() - now();

  createEffect(() =>
    onCleanup(
      link.onLease(({ device_id, change, before, lease }) => {
        if (before === undefined || before.actor !== link.state.actor) return;
        if (change === "expired") toasts.note(`Your hold of ${labelFor(device_id)} has ended`);
        else if (lease !== undefined && lease.actor !== before.actor) {
          toasts.note(`${lease.actor} took ${labelFor(device_id)} over from you`);
        }
      }),
    ),
  );

  async function keep(deviceId: string): Promise<void> {
    const answer = await link.ask("lease:take", { device_id: deviceId });
    if (!answer.ok) toasts.fault(answer.fault);
  }

  return (
    <For each={Object.keys(link.leases.expiring)}>
      {(deviceId) => (
        <div class="toast card note">
          <p class="grow">
            You have not used {labelFor(deviceId)}: your hold ends in{" "}
            <span role="timer">{ageWords(leftMs(link.leases.expiring[deviceId] ?? ""))}</span>.
          </p>
          <button type="button" class="button" onClick={() => void keep(deviceId)}>
            Keep it
          </button>
        </div>
      )}
    </For>
  );
}
