import { randomUUID } from "node:crypto";
import { isTerminal, type CommandAck, type CommandDeliver } from "../../protocol/command.ts";
import { deviceIdOf } from "../../protocol/device-id.ts";
import { openSimulatedSocket } from "./simulated-socket.ts";

export interface SimulatedWorkerNeeds {
  url: string;
  token: string;
  pcId: string;
  devices: number;
  /** How long a command takes from `executing` to `completed`; at once if absent. */
  executionMs?: () => number;
  heartbeatMs?: number;
  /** A heartbeat was answered, this long after it went out. */
  onHeartbeatAnswered?: (elapsedMs: number) => void;
}

/**
 * A worker without a browser and without phones that keeps the engine's promises: it executes a command for a device once
 * however often it is delivered, answers a repeated one like the first, and keeps acks until they are answered.
 */
export interface SimulatedWorker {
  readonly deviceIds: string[];
  /** How often each command was executed, by `executionKey`. */
  readonly executions: ReadonlyMap<string, number>;
  isConnected(): boolean;
  drop(): void;
  /** As the tab does: the connection, what runs and what is unanswered are gone; what is written down is not. */
  reload(): void;
  close(): void;
}

export function executionKey({ command_id, device_id }: { command_id: string; device_id: string }): string {
  return `${command_id}/${device_id}`;
}

/** What outlives a reload. */
interface Memory {
  lastAcks: Map<string, CommandAck>;
  executions: Map<string, number>;
}

export function openSimulatedWorker(needs: SimulatedWorkerNeeds): SimulatedWorker {
  const memory: Memory = { lastAcks: new Map(), executions: new Map() };
  let tab = openTab(needs, memory);
  return {
    deviceIds: serialNumbersOf(needs).map(deviceIdOf),
    executions: memory.executions,
    isConnected: () => tab.isConnected(),
    drop: () => tab.drop(),
    reload() {
      tab.close();
      tab = openTab(needs, memory);
    },
    close: () => tab.close(),
  };
}

function openTab(needs: SimulatedWorkerNeeds, memory: Memory) {
  const { pcId, token, executionMs, heartbeatMs = 5000 } = needs;
  const auth = { type: "worker", token, pc_id: pcId, session: randomUUID(), remembers_commands: true };
  const connection = openSimulatedSocket(`${needs.url}/worker`, auth);
  const { socket } = connection;
  const serialNumbers = serialNumbersOf(needs);
  const unanswered = new Set<CommandAck>();
  const running = new Map<string, ReturnType<typeof setTimeout>>();
  let beats = 0;
  let beatAtMs = 0;

  function beat(): void {
    if (!socket.connected) return;
    beats += 1;
    beatAtMs = performance.now();
    socket.emit("worker:heartbeat", heartbeatOf(pcId, serialNumbers, beats));
  }

  function emitAck(ack: CommandAck): void {
    socket.emit("command:ack", ack, () => unanswered.delete(ack));
  }

  function tell(ack: CommandAck): void {
    unanswered.add(ack);
    if (socket.connected) emitAck(ack);
  }

  function obey(command: CommandDeliver): void {
    const key = executionKey(command);
    const { command_id, device_id } = command;
    const known = memory.lastAcks.get(key);
    if (known !== undefined) {
      const isCutOff = !isTerminal(known.status) && !running.has(key);
      tell(isCutOff ? { ...known, status: "failed", error: "reloaded while this command ran" } : known);
      return;
    }
    tell({ command_id, device_id, status: "received" });
    // As the engine does, written down before it is done: after a reload it must not be done again.
    const executing: CommandAck = { command_id, device_id, status: "executing" };
    memory.lastAcks.set(key, executing);
    memory.executions.set(key, (memory.executions.get(key) ?? 0) + 1);
    tell(executing);
    const end = (): void => {
      running.delete(key);
      const completed: CommandAck = { command_id, device_id, status: "completed" };
      memory.lastAcks.set(key, completed);
      tell(completed);
    };
    if (executionMs === undefined) end();
    else running.set(key, setTimeout(end, executionMs()));
  }

  socket.on("connect", () => {
    beat();
    for (const ack of unanswered) emitAck(ack);
  });
  socket.on("worker:heartbeat:ack", () => needs.onHeartbeatAnswered?.(performance.now() - beatAtMs));
  socket.on("command:send", obey);
  const beating = setInterval(beat, heartbeatMs);

  return {
    isConnected: () => socket.connected,
    drop: () => connection.drop(),
    close() {
      clearInterval(beating);
      for (const timer of running.values()) clearTimeout(timer);
      connection.close();
    },
  };
}

function serialNumbersOf({ pcId, devices }: SimulatedWorkerNeeds): string[] {
  return Array.from({ length: devices }, (_, at) => `${pcId}-phone-${at}`);
}

/** Each time another phone's battery has changed: what is news to a relay beside the time. */
function heartbeatOf(pcId: string, serialNumbers: string[], beats: number) {
  return {
    pc_id: pcId,
    timestamp: new Date().toISOString(),
    devices: serialNumbers.map((serial_number, at) => ({
      serial_number,
      status: "idle",
      adb_connected: true,
      battery_level: 100 - (Math.floor((beats + at) / serialNumbers.length) % 100),
      state: "ready",
      manufacturer: "Tabfarm",
      model: "Simulated",
      android_version: "14",
      screen: { width: 1080, height: 2400 },
    })),
  };
}
