import type * as v from "valibot";
import type { Socket } from "socket.io-client";
import { v4 as newId } from "uuid";
import type { CommandAck, CommandDeliver } from "../../../protocol/command.ts";
import { contract, type ReceiveMap, type SendMap } from "../../../protocol/contract.ts";
import type { ControlClipboard, ControlInputDeliver, ControlledDevice } from "../../../protocol/control.ts";
import type { RelayLinkState } from "../../../protocol/engine.ts";
import type { Heartbeat } from "../../../protocol/heartbeat.ts";
import { parsePayload } from "../../../protocol/parse.ts";
import type { StreamFrame, StreamStartDeliver, StreamStopDeliver } from "../../../protocol/stream.ts";
import { makeFrameWindow } from "./frame-window.ts";
import { openSteadySocket } from "./steady-socket.ts";
import { makeUnansweredAcks } from "./unanswered-acks.ts";

/** How long the stream connection may be gone before nobody is taken to watch. */
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
  /** A dashboard drives a device live: said when the first one begins, and again after each reconnection. */
  onControlOpen(device: ControlledDevice): void;
  onControlInput(input: ControlInputDeliver): void;
  onControlClose(device: ControlledDevice): void;
  /** The relay is away, and with it whoever would have said that a finger or a key comes up. */
  onControlLost(): void;
  onStreamStart(stream: StreamStartDeliver): void;
  onStreamStop(stream: StreamStopDeliver): void;
  /** The stream connection has been gone for some seconds: nobody watches anything. */
  onStreamsLost(): void;
  /** A frame may be sent for a device that had to wait. */
  onFrameWireFree(): void;
}

/** The worker's two connections to the relay. */
export interface RelayLink {
  /** False, and dropped, while there is no connection. */
  sendHeartbeat(heartbeat: Heartbeat): boolean;
  /** Kept until the relay has answered it, across reconnections. */
  sendAck(ack: CommandAck): void;
  sendClipboard(clipboard: ControlClipboard): void;
  isFrameWireFree(deviceId: string): boolean;
  sendFrame(frame: StreamFrame, byteLength: number): void;
  /** Asks at once for the seat of the worker that the relay has for this PC. */
  takeOver(): void;
  close(): void;
}

type WorkerSocket = Socket<
  ReceiveMap<(typeof contract)["/worker"]["fromRelay"]>,
  SendMap<(typeof contract)["/worker"]["toRelay"]>
>;
type StreamSocket = Socket<
  ReceiveMap<(typeof contract)["/stream"]["toWorker"]>,
  SendMap<(typeof contract)["/stream"]["workerToRelay"]>
>;

export function openRelayLink(needs: RelayLinkNeeds): RelayLink {
  const { token, pcId: pc_id } = needs;
  const remembers = needs.remembersCommands ? { remembers_commands: true } : {};
  const auth = { type: "worker", token, pc_id, session: newId(), takes_control: true, ...remembers };
  const unanswered = makeUnansweredAcks();
  let sinceMs = Date.now();
  let streamLostTimer: ReturnType<typeof setTimeout> | undefined;

  const worker = openSteadySocket({
    url: new URL("/worker", needs.relayUrl).href,
    auth,
    onAttempt: (attempt) => needs.onState({ kind: "connecting", sinceMs, attempt }),
    onRefused: (fault) => {
      needs.onState({ kind: "refused", fault });
      if (fault.code === "FORBIDDEN") needs.onForbidden();
    },
  });
  const stream = openSteadySocket({
    url: new URL("/stream", needs.relayUrl).href,
    auth,
    onAttempt: () => undefined,
    onRefused: () => undefined,
  });
  const workerSocket: WorkerSocket = worker.socket;
  const streamSocket: StreamSocket = stream.socket;
  const frames = makeFrameWindow(() => needs.onFrameWireFree());

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

  streamSocket.on("connect", () => {
    worker.hurry();
    clearTimeout(streamLostTimer);
    frames.reset();
    needs.onFrameWireFree();
  });
  streamSocket.on("disconnect", () => {
    frames.reset();
    clearTimeout(streamLostTimer);
    streamLostTimer = setTimeout(() => needs.onStreamsLost(), streamLostMs);
  });
  const streamEvents = contract["/stream"].toWorker;
  streamSocket.on(
    "stream:start",
    parsed("stream:start", streamEvents["stream:start"], (each) => needs.onStreamStart(each)),
  );
  streamSocket.on(
    "stream:stop",
    parsed("stream:stop", streamEvents["stream:stop"], (each) => needs.onStreamStop(each)),
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
    isFrameWireFree: (deviceId) => streamSocket.connected && frames.isFree(deviceId),
    sendFrame: (frame, byteLength) => {
      if (!streamSocket.connected) return;
      streamSocket.emit("stream:frame", frame, frames.open(frame.device_id, byteLength));
    },
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
