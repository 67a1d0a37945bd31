import { createEffect, createMemo, createSignal, onCleanup, untrack } from "solid-js";
import type { DeviceRecord } from "../link/device-book.ts";
import type { ControlLine, ControlState } from "../link/control-desk.ts";
import { useLink } from "../link/use-link.ts";
import { makeInputStream, type InputStream } from "./input-stream.ts";

/** A device in this person's hand. */
export interface LiveHand {
  /** Whether what is done goes to the phone at once; else it has to be a command. */
  isLive(): boolean;
  /** Why it is not, for a person; nothing while it is, or is about to be. */
  trouble(): string | undefined;
  /** What is typed now stays out of the trail. */
  isPrivate(): boolean;
  setPrivate(isPrivate: boolean): void;
  stream: InputStream;
  /** Called whenever everything that is pressed has to come up. Ends with the caller's owner. */
  onRelease(release: () => void): void;
}

export interface LiveHandNeeds {
  device(): DeviceRecord;
  /** Whether this person may drive the device now. */
  mayDrive(): boolean;
  /** Devices that do the same. */
  followers(): readonly string[];
  /** Live control ended although nobody here wanted that. */
  onEnded(why: string): void;
  /** Somebody copied something on the device. */
  onClipboard(text: string): void;
}

/** Keeps live control of the device open for as long as this person may drive it and its owner lives. */
export function createLiveHand(needs: LiveHandNeeds): LiveHand {
  const link = useLink();
  const [state, setState] = createSignal<ControlState>({ kind: "opening" });
  const [isPrivate, setPrivate] = createSignal(false);
  const releases = new Set<() => void>();
  let line: ControlLine | undefined;

  const stream = makeInputStream({
    send: (messages, isEnding) => line?.send(messages, { also: untrack(() => needs.followers()), isEnding }),
    onNextFrame: (run) => requestAnimationFrame(run),
    cancelFrame: (frame) => cancelAnimationFrame(frame),
    nowMs: () => performance.now(),
  });

  function releaseAll(): void {
    for (const release of releases) release();
  }

  function hear(next: ControlState): void {
    const before = untrack(state);
    setState(next);
    if (next.kind !== "ended" || before.kind !== "open") return;
    releaseAll();
    needs.onEnded(next.fault.message);
  }

  // Whatever else changes of the device must not interrupt a gesture.
  const mayDrive = createMemo(() => needs.mayDrive());
  createEffect(() => {
    if (!mayDrive()) return;
    const deviceId = untrack(() => needs.device().device_id);
    const watcher = { onState: hear, onClipboard: (text: string) => needs.onClipboard(text) };
    const mine = link.control(deviceId, watcher, untrack(isPrivate));
    line = mine;
    onCleanup(() => {
      releaseAll();
      mine.close();
      line = undefined;
      setState({ kind: "opening" });
    });
  });
  createEffect(() => line?.setPrivate(isPrivate()));
  // What was refused may be granted when the device changed: it is plugged in again, or another worker has it.
  createEffect((before: string | undefined) => {
    const { health_status: health, state: kind, pc_id: pc } = needs.device();
    const now = [health, kind, pc].join(" ");
    if (before !== undefined && before !== now) line?.open();
    return now;
  }, undefined);

  // Nobody hears of a finger or a key that comes up elsewhere.
  const onHidden = (): void => {
    if (document.visibilityState === "hidden") releaseAll();
  };
  globalThis.addEventListener("blur", releaseAll);
  document.addEventListener("visibilitychange", onHidden);
  onCleanup(() => {
    globalThis.removeEventListener("blur", releaseAll);
    document.removeEventListener("visibilitychange", onHidden);
    stream.close();
  });

  return {
    isLive: () => state().kind === "open",
    trouble: () => {
      const now = state();
      return now.kind === "ended" ? now.fault.message : undefined;
    },
    isPrivate,
    setPrivate,
    stream,
    onRelease(release) {
      releases.add(release);
      onCleanup(() => releases.delete(release));
    },
  };
}
