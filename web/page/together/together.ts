import {
  createContext,
  createEffect,
  createMemo,
  createSignal,
  mapArray,
  onCleanup,
  untrack,
  useContext,
} from "solid-js";
import { createStore } from "solid-js/store";
import { deviceHindranceOf } from "../lease/hindrance.ts";
import type { ControlState } from "../link/control-desk.ts";
import type { DashboardLink } from "../link/dashboard-link.ts";

/** The relay takes one input for so many. */
export const mostTogether = 500;

/** How one of the devices that are driven together stands. */
export type TogetherRole =
  | { kind: "master" }
  | { kind: "follower"; looks: "alike" | "different" | "unseen" }
  /** It does not do what the master does. */
  | { kind: "out"; why: string };

/** Several devices, one of which is in the hand: the others do what it does. */
export interface Together {
  /** In the order of their selection; none while nothing is driven together. */
  ids(): readonly string[];
  start(ids: readonly string[]): void;
  leaveOut(ids: readonly string[]): void;
  stop(): void;
  /** The device in the hand; absent while none of them is open. */
  master(): string | undefined;
  roleOf(deviceId: string): TogetherRole | undefined;
  /** Makes the device in focus the master, for as long as the caller lives. Answers who does what it does now. */
  lead(master: { deviceId: string; isLive(): boolean; isPrivate(): boolean }): () => readonly string[];
}

export function createTogether(link: DashboardLink): Together {
  const [ids, setIds] = createSignal<readonly string[]>([]);
  const [master, setMaster] = createSignal<string>();
  const [isMasterLive, setMasterLive] = createSignal(false);
  const [states, setStates] = createStore<Record<string, ControlState | undefined>>({});
  const [looks, setLooks] = createSignal<{ drifted: string[]; unseen: string[] }>({
    drifted: [],
    unseen: [],
  });

  /** Why the device cannot be driven by this person now. */
  function hindranceFor(deviceId: string): string | undefined {
    const device = link.book.devices[deviceId];
    if (device === undefined) return "Forgotten";
    if (device.health_status === "offline") return "Offline";
    return deviceHindranceOf(link, deviceId);
  }

  function roleOf(deviceId: string): TogetherRole | undefined {
    if (!ids().includes(deviceId)) return undefined;
    if (deviceId === master()) return { kind: "master" };
    const why = hindranceFor(deviceId);
    if (why !== undefined) return { kind: "out", why };
    if (master() === undefined) return { kind: "out", why: "None of them is open" };
    if (!isMasterLive()) return { kind: "out", why: "The open one is not under live control" };
    const state = states[deviceId];
    if (state?.kind === "ended") return { kind: "out", why: state.fault.message };
    if (state?.kind !== "open") return { kind: "out", why: "Live control is being opened" };
    if (looks().drifted.includes(deviceId)) return { kind: "follower", looks: "different" };
    return { kind: "follower", looks: looks().unseen.includes(deviceId) ? "unseen" : "alike" };
  }

  /** Keeps live control of one follower open while it may be driven. */
  function follow(deviceId: string, isPrivate: () => boolean): void {
    const mayDrive = createMemo(() => hindranceFor(deviceId) === undefined);
    createEffect(() => {
      if (!mayDrive()) return;
      const line = link.control(
        deviceId,
        { onState: (state) => setStates(deviceId, state) },
        untrack(() => isPrivate()),
      );
      createEffect(() => line.setPrivate(isPrivate()));
      onCleanup(() => {
        line.close();
        setStates(deviceId, undefined);
      });
    });
  }

  return {
    ids,
    start: (next) => setIds(next.slice(0, mostTogether)),
    leaveOut: (some) => setIds((ids) => ids.filter((id) => !some.includes(id))),
    stop: () => setIds([]),
    master,
    roleOf,
    lead(leading) {
      const { deviceId } = leading;
      const isLeading = createMemo(() => ids().includes(deviceId));
      const others = createMemo(() => (isLeading() ? ids().filter((id) => id !== deviceId) : []));
      const followers = createMemo(
        () => others().filter((id) => roleOf(id)?.kind === "follower"),
        undefined,
        {
          equals: isSameList,
        },
      );
      createEffect(() => {
        setMaster(isLeading() ? deviceId : undefined);
        setMasterLive(leading.isLive());
      });
      createEffect(mapArray(others, (id) => follow(id, () => leading.isPrivate())));
      createEffect(() => {
        const compared = followers();
        if (compared.length === 0) return;
        link.use({ type: "compare", masterId: deviceId, deviceIds: [...compared] });
      });
      createEffect(() => {
        if (followers().length > 0) return;
        link.use({ type: "compare", deviceIds: [] });
        setLooks({ drifted: [], unseen: [] });
      });
      onCleanup(
        link.onUse((report) => {
          if (report.type === "compared") setLooks({ drifted: report.drifted, unseen: report.unseen });
        }),
      );
      onCleanup(() => {
        setMaster(undefined);
        link.use({ type: "compare", deviceIds: [] });
      });
      return followers;
    },
  };
}

function isSameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((id, at) => id === b[at]);
}

export const TogetherContext = createContext<Together>();

export function useTogether(): Together {
  const together = useContext(TogetherContext);
  if (together === undefined) throw new Error("useTogether needs a TogetherContext above it");
  return together;
}
