import type * as v from "valibot";
import { io, type Socket } from "socket.io-client";
import { v4 as newId } from "uuid";
import { makeMediaWire } from "../../connection/media-wire.ts";
import type { CommandAck, CommandDeliver } from "../../../protocol/command.ts";
import { contract, type ReceiveMap, type SendMap } from "../../../protocol/contract.ts";
import type { ControlClipboard, ControlInputDeliver, ControlledDevice } from "../../../protocol/control.ts";
import type { RelayLinkState } from "../../../protocol/engine.ts";
import type { FallbackAccount } from "../../../protocol/fallback.ts";
import type { Heartbeat } from "../../../protocol/heartbeat.ts";
import { parsePayload } from "../../../protocol/parse.ts";
import type { StreamStartDeliver, StreamStatus, StreamStopDeliver } from "../../../protocol/stream.ts";
import { openSteadyWire } from "./steady-wire.ts";
import { makeUnansweredAcks } from "./unanswered-acks.ts";
import { makeUplinkWindow } from "./uplink-window.ts";

/** How long the media connection may be gone before nobody is taken to watch. */
const streamLostMs = 5000;

export interface RelayLinkNeeds {
  relayUrl: string;
  token: string;
  pcId: string;
  /** Whether commands are remembered across a reload: only then may the relay give one again. */
  remembersCommands: boolean;
  onState(state: RelayLinkState): void;
  /** The relay is there and knows nothing of us yet. */
  onConnected(): void;
  /** Another worker has our place; it is asked for again all the time. */
  onForbidden(): void;
  onCommand(command: CommandDeliver): void;
  /** With what this PC reports by itself while the relay is away. */
  onFallbackAccount(account: FallbackAccount): void;
  /** A dashboard drives a device live: said when the first one begins, and again after each reconnection. */
  onControlOpen(device: ControlledDevice): void;
  onControlInput(input: ControlInputDeliver): void;
  onControlClose(device: ControlledDevice): void;
  /** The relay is away, and with it whoever would have said that a finger or a key comes up. */
  onControlLost(): void;
  onStreamStart(stream: StreamStartDeliver): void;
  onStreamStop(stream: StreamStopDeliver): void;
  /** Somebody's decoder needs a key frame of this device. */
  onStreamRefresh(stream: StreamStopDeliver): void;
  /** The media connection has been gone for some seconds: nobody watches anything. */
  onStreamsLost(): void;
  /** Who had to wait may send. */
  onMediaFree(): void;
  /** The media connection is a new one: what was sent last may be lost. */
  onMediaNew(): void;
}

/** The worker's two connections to the relay. */
export interface RelayLink {
  /** False, and dropped, while there is no connection. */
  sendHeartbeat(heartbeat: Heartbeat): boolean;
  /** Kept until the relay has answered it, across reconnections. */
  sendAck(ack: CommandAck): void;
  sendClipboard(clipboard: ControlClipboard): void;
  /** Whether a picture may be sent; of a device in focus while more is under way than for the others. */
  isMediaFree(isFocus: boolean): boolean;
  /** False, and dropped, while there is no connection. */
  sendPacket(packet: Uint8Array<ArrayBuffer>): boolean;
  sendStatus(status: StreamStatus): void;
  /** The share of the time since it was last asked in which pictures had to wait, 0 to 1. */
  takeShutShare(): number;
  /** The relay's clock, Unix milliseconds with a fraction. */
  relayNowMs(): number;
  /** Connects at once instead of at the next turn: the relay is known to be there. */
  hurry(): void;
  /** Asks at once for the seat of the worker that the relay has for this PC. */
  takeOver(): void;
  close(): void;
}

type WorkerSocket = Socket<
  ReceiveMap<(typeof contract)["/worker"]["fromRelay"]>,
  SendMap<(typeof contract)["/worker"]["toRelay"]>
>;

export function openRelayLink(needs: RelayLinkNeeds): RelayLink {
  const { token, pcId: pc_id } = needs;
  const remembers = needs.remembersCommands ? { remembers_commands: true } : {};
  const auth = { type: "worker", token, pc_id, session: newId(), takes_control: true, ...remembers } as const;
  const unanswered = makeUnansweredAcks();
  let sinceMs = Date.now();
  let streamLostTimer: ReturnType<typeof setTimeout> | undefined;

  const worker = openSteadyWire({
    make: (asks): WorkerSocket =>
      io(new URL("/worker", needs.relayUrl).href, {
        transports: ["websocket"],
        // On a connection of its own.
        forceNew: true,
        autoConnect: false,
        // Its own has no jitter at its longest wait, and after some 1,000 attempts (a night) half of its waits are 0 ms:
        // the doubled time has become infinite and its jitter NaN.
        reconnection: false,
        timeout: 10_000,
        auth: (give: (auth: object) => void) => give({ ...auth, ...asks() }),
      }),
    onAttempt: (attempt) => needs.onState({ kind: "connecting", sinceMs, attempt }),
    onRefused: (fault) => {
      needs.onState({ kind: "refused", fault });
      if (fault.code === "FORBIDDEN") needs.onForbidden();
    },
  });
  // Of its own too: a saturated picture must not delay a tap.
  const stream = openSteadyWire({
    make: (asks) =>
      makeMediaWire({ url: needs.relayUrl, auth: () => ({ ...auth, ...asks(), sends_video: true }) }),
    onAttempt: () => undefined,
    onRefused: () => undefined,
  });
  const workerSocket = worker.wire;
  const media = stream.wire;
  const uplink = makeUplinkWindow(() => media.unreceivedBytes());

  function emitAck(ack: CommandAck): void {
    workerSocket.emit("command:ack", ack, () => unanswered.answered(ack));
  }

  needs.onState({ kind: "connecting", sinceMs, attempt: 1 });
  workerSocket.on("connect", () => {
    sinceMs = Date.now();
    needs.onState({ kind: "connected", sinceMs });
    // After a long cut the other one may not be due for half a minute.
    stream.hurry();
    // Before the heartbeat, upon which the relay gives what it has not heard the end of again.
    for (const ack of unanswered.all()) emitAck(ack);
    needs.onConnected();
  });
  workerSocket.on("disconnect", () => {
    sinceMs = Date.now();
    needs.onControlLost();
  });
  const workerEvents = contract["/worker"].fromRelay;
  workerSocket.on(
    "command:send",
    parsed("command:send", workerEvents["command:send"], (command) => needs.onCommand(command)),
  );
  workerSocket.on(
    "fallback:account",
    parsed("fallback:account", workerEvents["fallback:account"], (account) =>
      needs.onFallbackAccount(account),
    ),
  );
  workerSocket.on(
    "control:open",
    parsed("control:open", workerEvents["control:open"], (device) => needs.onControlOpen(device)),
  );
  workerSocket.on(
    "control:input",
    parsed("control:input", workerEvents["control:input"], (input) => needs.onControlInput(input)),
  );
  workerSocket.on(
    "control:close",
    parsed("control:close", workerEvents["control:close"], (device) => needs.onControlClose(device)),
  );

  media.on("connect", () => {
    worker.hurry();
    clearTimeout(streamLostTimer);
    uplink.reset();
    needs.onMediaNew();
  });
  media.on("disconnect", () => {
    uplink.reset();
    clearTimeout(streamLostTimer);
    streamLostTimer = setTimeout(() => needs.onStreamsLost(), streamLostMs);
  });
  media.onReceipt(() => {
    uplink.onReceipt();
    needs.onMediaFree();
  });
  const streamEvents = contract["/stream"].toWorker;
  media.on(
    "stream:start",
    parsed("stream:start", streamEvents["stream:start"], (each) => needs.onStreamStart(each)),
  );
  media.on(
    "stream:stop",
    parsed("stream:stop", streamEvents["stream:stop"], (each) => needs.onStreamStop(each)),
  );
  media.on(
    "stream:refresh",
    parsed("stream:refresh", streamEvents["stream:refresh"], (each) => needs.onStreamRefresh(each)),
  );

  return {
    sendHeartbeat: (heartbeat) => {
      if (!workerSocket.connected) return false;
      workerSocket.emit("worker:heartbeat", heartbeat);
      return true;
    },
    sendAck: (ack) => {
      unanswered.add(ack);
      if (workerSocket.connected) emitAck(ack);
    },
    sendClipboard: (clipboard) => {
      if (workerSocket.connected) workerSocket.emit("control:clipboard", clipboard);
    },
    isMediaFree: (isFocus) => media.connected && uplink.isFree(isFocus),
    sendPacket: (packet) => {
      if (!media.sendPacket(packet)) return false;
      uplink.sent(packet.byteLength);
      return true;
    },
    sendStatus: (status) => media.emit("stream:status", status),
    takeShutShare: () => uplink.takeShutShare(),
    relayNowMs: () => media.relayNowMs(),
    hurry: () => worker.hurry(),
    takeOver: () => {
      worker.takeOver();
      stream.takeOver();
    },
    close: () => {
      worker.close();
      stream.close();
      // Closing is a disconnection too, and that starts it.
      clearTimeout(streamLostTimer);
    },
  };
}

/** The check at the door: what does not parse reaches no handler. */
function parsed<S extends v.GenericSchema>(
  event: string,
  schema: S,
  handle: (payload: v.InferOutput<S>) => void,
): (payload: unknown) => void {
  return (payload) => {
    const result = parsePayload(event, schema, payload);
    if (result.ok) handle(result.value);
  };
}
