import { batch } from "solid-js";
import { createStore, reconcile } from "solid-js/store";
import type * as v from "valibot";
import type { Connection } from "../../../protocol/connection.ts";
import { keepConnected } from "../../connection/keep-connected.ts";
import type { Wire } from "../../connection/wire.ts";
import { contract, type Reply } from "../../../protocol/contract.ts";
import type { DeviceListReply } from "../../../protocol/device.ts";
import type { Group } from "../../../protocol/group.ts";
import { parsePayload } from "../../../protocol/parse.ts";
import type { UseReport } from "../../../protocol/viewer-uses.ts";
import { makeDashboardFallback, type FallbackState } from "../fallback/fallback.ts";
import { makeSupabaseSource, type FallbackSource } from "../fallback/fallback-source.ts";
import { supabaseSession } from "../session/session.ts";
import { makeRecordings, type Recordings } from "../recording/recordings.ts";
import type { Role } from "../../../protocol/role.ts";
import { makeCommandDesk, type CommandOrder, type CommandRun, type SentCommand } from "./command-desk.ts";
import { makeControlDesk, type ControlDesk } from "./control-desk.ts";
import { makeDeviceBook, type DeviceBookState } from "./device-book.ts";
import { makeGroupBook } from "./group-book.ts";
import { makeLeaseBook, type LeaseBookState, type LeaseNews } from "./lease-book.ts";
import type { LinkFault, LinkResult } from "./link-fault.ts";
import { askRegularly } from "./reconciliation.ts";
import { request, type Asked } from "./request.ts";
import { makeSocket } from "./make-socket.ts";
import { makePictures, type Pictures, type ViewerThread } from "./pictures.ts";
import { startViewer } from "./start-viewer.ts";

export interface DashboardState {
  connection: Connection;
  /** The pictures' own connection. */
  stream: Connection;
  /** What is seen of the farm while the relay is away. */
  fallback: FallbackState;
  /** The relay's name for who is asking; absent until the first list. */
  actor?: string;
  /** What this person may do; absent until the first list. */
  role?: Role;
  mayShell: boolean;
  isListed: boolean;
}

export type Question =
  | "lease:take"
  | "lease:drop"
  | "group:save"
  | "group:delete"
  | "device:remove"
  | "audit:query";

/** All that dashboard screens see of the relay. States are Solid stores. */
export interface DashboardLink {
  state: DashboardState;
  book: DeviceBookState;
  leases: LeaseBookState;
  groups: { groups: Group[] };
  /** The newest commands first: 80, and all that are open. */
  commands: { runs: CommandRun[] };
  /** The relay's clock, Unix milliseconds. */
  relayNowMs(): number;
  send(order: CommandOrder): SentCommand;
  /** Asks the relay for something that is neither a command nor a picture. Never rejects. */
  ask<Name extends Question>(name: Name, payload: Asked<Name>): Promise<LinkResult<Reply<Name>>>;
  watch: Pictures["watch"];
  /** What is recorded in this tab. */
  recordings: Recordings;
  /** Asks the pictures' thread for something else than a picture; `onUse` hears what becomes of it. */
  use: Pictures["use"];
  onUse(listener: (report: UseReport<Blob>) => void): () => void;
  /** Takes a device into this dashboard's hand; whoever does closes it. */
  control: ControlDesk["control"];
  /** Goes on with a newer token of the same person, on both connections. */
  renew(token: string): void;
  /** Tries to connect now. */
  retry(): void;
  /** Faults that no request was answered with. Returns what ends the subscription. */
  onFault(listener: (fault: LinkFault) => void): () => void;
  /** Every change of who holds a device. Returns what ends the subscription. */
  onLease(listener: (news: LeaseNews) => void): () => void;
  close(): void;
}

/** Connects to the relay at `url` (an origin), pictures in a thread of their own. Whoever makes it closes it. */
export function makeDashboardLink(options: { url: string; token: string }): DashboardLink {
  return joinDashboardLink(
    (token) => makeSocket(options.url, "/dashboard", () => ({ type: "dashboard", token: token() })),
    startViewer(),
    options,
    () => {
      const session = supabaseSession();
      return session && makeSupabaseSource(session);
    },
  );
}

/** `makeWire` is given what it asks for the token at every connecting. */
export function joinDashboardLink(
  makeWire: (token: () => string) => Wire,
  thread: ViewerThread,
  { url, token: firstToken }: { url: string; token: string },
  openSource: () => FallbackSource | undefined = () => undefined,
): DashboardLink {
  let token = firstToken;
  const main = makeWire(() => token);
  const [state, setState] = createStore<DashboardState>({
    connection: { kind: "connecting" },
    stream: { kind: "connecting" },
    fallback: { kind: "off" },
    mayShell: false,
    isListed: false,
  });
  const book = makeDeviceBook();
  const leases = makeLeaseBook();
  const groups = makeGroupBook();
  const desk = makeCommandDesk({
    submit: (command) => request(main, "command:send", command),
    watch: (commandIds) => request(main, "command:watch", { command_ids: commandIds }),
  });
  const controls = makeControlDesk({
    isConnected: () => main.connected,
    open: (asked) => request(main, "control:open", asked),
    input: (messages, answer) =>
      main.emit("control:input", messages, ...(answer === undefined ? [] : [answer])),
    close: (deviceId) => main.emit("control:close", { device_id: deviceId }),
  });
  const listeners = new Set<(fault: LinkFault) => void>();
  const useListeners = new Set<(report: UseReport<Blob>) => void>();
  const leaseListeners = new Set<(news: LeaseNews) => void>();
  let clockOffsetMs = 0;

  function tell(fault: LinkFault): void {
    for (const listener of listeners) listener(fault);
  }

  async function list(putDevices: (reply: DeviceListReply) => void): Promise<void> {
    const askedAtMs = Date.now();
    const answer = await request(main, "device:list", {});
    if (!answer.ok) {
      // A connection that was lost meanwhile asks anew when it is back.
      if (main.connected) tell(answer.fault);
      return;
    }
    const reply = answer.value;
    // Half the way there and back is how old the relay's time is when it arrives.
    clockOffsetMs = Date.parse(reply.now) - (askedAtMs + Date.now()) / 2;
    batch(() => {
      putDevices(reply);
      leases.replace(reply.leases);
      groups.replace(reply.groups);
      setState({ actor: reply.actor, role: reply.role, mayShell: reply.may_shell, isListed: true });
    });
  }

  const { fromRelay } = contract["/dashboard"];
  function listen<Name extends keyof typeof fromRelay>(
    name: Name,
    handle: (payload: v.InferOutput<(typeof fromRelay)[Name]>) => void,
  ): void {
    main.on(name, (payload) => {
      const parsed = parsePayload(name, fromRelay[name], payload);
      if (parsed.ok) handle(parsed.value);
      else tell(parsed.fault);
    });
  }

  listen("device:status:update", (event) => book.update(event));
  listen("device:connected", (event) => {
    book.connect(event, Date.now() + clockOffsetMs);
    pictures.deviceConnected(event.device_id);
  });
  listen("device:disconnected", (event) => {
    book.disconnect(event);
    recordings.deviceGone(event.device_id, event.reason);
  });
  listen("worker:status", (worker) => book.putWorker(worker));
  listen("command:ack", (ack) => desk.acknowledge(ack));
  listen("group:changed", (event) => groups.change(event));
  listen("lease:changed", (event) => {
    const news = leases.change(event);
    for (const listener of leaseListeners) listener(news);
  });
  listen("lease:expiring", (event) => leases.expire(event));
  listen("control:clipboard", ({ device_id, text }) => controls.clipboard(device_id, text));
  listen("error", (error) => {
    if (!controls.takeError(error)) tell(error);
  });

  const pictures = makePictures({
    thread,
    relayUrl: url,
    token,
    onConnection: (connection) => setState("stream", reconcile(connection)),
    onFault: tell,
    onUse(report) {
      recordings.hear(report);
      for (const listener of useListeners) listener(report);
    },
  });
  const recordings = makeRecordings((request) => pictures.use(request));

  const fallback = makeDashboardFallback({
    openSource,
    book,
    relayNowMs: () => Date.now() + clockOffsetMs,
    onState: (next) => setState("fallback", reconcile(next)),
  });
  let stopAsking: (() => void) | undefined;
  const kept = keepConnected(main, (connection) => {
    setState("connection", reconcile(connection));
    if (connection.kind === "down") fallback.begin(connection.sinceMs);
    else if (connection.kind !== "reconnecting") fallback.end();
    stopAsking?.();
    desk.pause();
    controls.disconnected();
    if (connection.kind !== "connected") return;
    controls.connected();
    void list((reply) => book.replace(reply));
    desk.resume();
    stopAsking = askRegularly(() => void list((reply) => book.refresh(reply)));
  });

  return {
    state,
    book: book.state,
    leases: leases.state,
    groups: groups.state,
    commands: desk.state,
    relayNowMs: () => Date.now() + clockOffsetMs,
    send: (order) => desk.send(order),
    ask: (name, payload) => request(main, name, payload),
    watch: (deviceId, wish, view) => pictures.watch(deviceId, wish, view),
    recordings,
    use: (request, transfer) => pictures.use(request, transfer),
    onUse(listener) {
      useListeners.add(listener);
      return () => useListeners.delete(listener);
    },
    control: (deviceId, watcher, isPrivate) => controls.control(deviceId, watcher, isPrivate),
    renew(newer) {
      if (newer === token) return;
      token = newer;
      pictures.renew(newer);
      // Refused, it is as if it had not been asked: the relay ends what is too old, and says why.
      if (main.connected) void request(main, "auth:renew", { token });
    },
    retry() {
      kept.retry();
      pictures.retry();
    },
    onFault(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    onLease(listener) {
      leaseListeners.add(listener);
      return () => leaseListeners.delete(listener);
    },
    close() {
      stopAsking?.();
      kept.close();
      fallback.end();
      pictures.close();
    },
  };
}
