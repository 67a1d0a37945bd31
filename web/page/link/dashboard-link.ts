import { batch } from "solid-js";
import { createStore, reconcile } from "solid-js/store";
import type * as v from "valibot";
import { contract } from "../../../protocol/contract.ts";
import type { Fault } from "../../../protocol/fault.ts";
import { parsePayload } from "../../../protocol/parse.ts";
import type { StreamFrame } from "../../../protocol/stream.ts";
import { makeCommandDesk, type CommandOrder, type CommandRun, type SentCommand } from "./command-desk.ts";
import { keepConnected, type Connection } from "./connection.ts";
import { makeDeviceBook, type DeviceBookState } from "./device-book.ts";
import type { LinkFault } from "./link-fault.ts";
import { request } from "./request.ts";
import { makeStreamWatch, type Watch, type Watcher, type WatchWish } from "./stream-watch.ts";
import { makeSocket, type Wire } from "./wire.ts";

export interface DashboardState {
  connection: Connection;
  /** The pictures' own connection. */
  stream: Connection;
  /** The relay's name for who is asking; absent until the first list. */
  actor?: string;
  isListed: boolean;
}

/** All that dashboard screens see of the relay. States are Solid stores. */
export interface DashboardLink {
  state: DashboardState;
  book: DeviceBookState;
  /** The newest commands first: 80, and all that are open. */
  commands: { runs: CommandRun[] };
  /** The relay's clock, Unix milliseconds. */
  relayNowMs(): number;
  send(order: CommandOrder): SentCommand;
  watch(deviceId: string, wish: WatchWish, watcher: Watcher): Watch;
  /** Tries to connect now. */
  retry(): void;
  /** Faults that no request was answered with. Returns what ends the subscription. */
  onFault(listener: (fault: LinkFault) => void): () => void;
  close(): void;
}

/** Connects to `/dashboard` and `/stream` of the relay at `url` (an origin). Whoever makes it closes it. */
export function makeDashboardLink(options: { url: string; token: string }): DashboardLink {
  const auth = { type: "dashboard", token: options.token } as const;
  return joinDashboardLink(
    makeSocket(options.url, "/dashboard", auth),
    makeSocket(options.url, "/stream", auth),
  );
}

export function joinDashboardLink(main: Wire, pictures: Wire): DashboardLink {
  const [state, setState] = createStore<DashboardState>({
    connection: { kind: "connecting" },
    stream: { kind: "connecting" },
    isListed: false,
  });
  const book = makeDeviceBook();
  const desk = makeCommandDesk((command) => request(main, "command:send", command));
  const listeners = new Set<(fault: LinkFault) => void>();
  let clockOffsetMs = 0;

  const streams = makeStreamWatch({
    isConnected: () => pictures.connected,
    start: (deviceId, wish) =>
      request(pictures, "stream:start", { device_id: deviceId, ...wish, encoding: "binary" }),
    stop: (deviceId) => pictures.emit("stream:stop", { device_id: deviceId }),
  });

  function tell(fault: LinkFault): void {
    for (const listener of listeners) listener(fault);
  }

  async function list(): Promise<void> {
    const askedAtMs = Date.now();
    const answer = await request(main, "device:list", {});
    if (!answer.ok) return tell(answer.fault);
    const { now, actor } = answer.value;
    // Half the way there and back is how old the relay's time is when it arrives.
    clockOffsetMs = Date.parse(now) - (askedAtMs + Date.now()) / 2;
    batch(() => {
      book.replace(answer.value);
      setState({ actor, isListed: true });
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
    streams.askAgain(event.device_id);
  });
  listen("device:disconnected", (event) => book.disconnect(event));
  listen("worker:status", (worker) => book.putWorker(worker));
  listen("command:ack", (ack) => desk.acknowledge(ack));
  listen("error", tell);

  const toDashboard = contract["/stream"].toDashboard;
  pictures.on("stream:frame", (payload) => {
    const parsed = parsePayload("stream:frame", toDashboard["stream:frame"], payload);
    if (parsed.ok) streams.deliver(parsed.value satisfies StreamFrame);
    else tell(parsed.fault);
  });
  pictures.on("error", (payload) => {
    const parsed = parsePayload("error", toDashboard.error, payload);
    tell(parsed.ok ? (parsed.value satisfies Fault) : parsed.fault);
  });

  let wasConnected = false;
  const kept = keepConnected(main, (connection) => {
    setState("connection", reconcile(connection));
    if (connection.kind === "connected") void list();
    else if (wasConnected) desk.abandon();
    wasConnected = connection.kind === "connected";
  });
  const keptPictures = keepConnected(pictures, (connection) => {
    setState("stream", reconcile(connection));
    if (connection.kind === "connected") streams.askAgain();
  });

  return {
    state,
    book: book.state,
    commands: desk.state,
    relayNowMs: () => Date.now() + clockOffsetMs,
    send: (order) => desk.send(order),
    watch: (deviceId, wish, watcher) => streams.watch(deviceId, wish, watcher),
    retry() {
      kept.retry();
      keptPictures.retry();
    },
    onFault(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close() {
      kept.close();
      keptPictures.close();
    },
  };
}
