import { randomUUID } from "node:crypto";
import {
  isTerminal,
  type CommandAccepted,
  type CommandAck,
  type CommandsWatched,
} from "../../protocol/command.ts";
import type { Answer } from "../../protocol/contract.ts";
import type { Fault } from "../../protocol/fault.ts";
import { openSimulatedSocket } from "./simulated-socket.ts";

/** A terminal ack, and on which of its dashboard's connections it came. */
export interface End {
  connection: number;
  status: CommandAck["status"];
  error: string | undefined;
}

/** What became of a command, as far as its dashboard was told. */
export interface SentCommand {
  readonly commandId: string;
  /** `lost`: the relay answered for it once and knows nothing of it now. */
  state: "unanswered" | "accepted" | "refused" | "lost";
  fault?: Fault;
  /** The targets, as the relay named them. */
  deviceIds: string[];
  /** Every terminal ack that came, by target. */
  ends: Map<string, End[]>;
}

export interface SimulatedDashboardNeeds {
  url: string;
  token: string;
  /** How it asks, after a reconnection, for what became of an accepted command: only our own page knows `watch`. */
  asksBy?: "watch" | "repeat";
  /** Called once for each command: when it is refused, and when its last target has ended. */
  onEnded?: (command: SentCommand) => void;
}

export interface SimulatedDashboard {
  readonly commands: ReadonlyMap<string, SentCommand>;
  isConnected(): boolean;
  /** Any command but for its id. */
  send(command: object): SentCommand;
  drop(): void;
  close(): void;
}

const watchedAtOnce = 1000;

export function hasEnded({ state, deviceIds, ends }: SentCommand): boolean {
  if (state === "accepted") return deviceIds.every((deviceId) => ends.has(deviceId));
  return state !== "unanswered";
}

/** A dashboard without a page. What it sent it follows to the end, over every reconnection. */
export function openSimulatedDashboard(needs: SimulatedDashboardNeeds): SimulatedDashboard {
  const { token, asksBy = "watch" } = needs;
  const auth = { type: "dashboard", token };
  const connection = openSimulatedSocket(`${needs.url}/dashboard`, auth);
  const { socket } = connection;
  const commands = new Map<string, SentCommand>();
  const open = new Map<string, { sent: SentCommand; payload: object }>();
  let connections = 0;

  function settle(sent: SentCommand): void {
    if (hasEnded(sent) && open.delete(sent.commandId)) needs.onEnded?.(sent);
  }

  function emitSend({ sent, payload }: { sent: SentCommand; payload: object }): void {
    socket.emit("command:send", payload, (answer: Answer<CommandAccepted>) => {
      if (answer.ok) {
        sent.state = "accepted";
        sent.deviceIds = answer.device_ids;
      } else {
        sent.state = sent.state === "accepted" ? "lost" : "refused";
        sent.fault = answer.fault;
      }
      settle(sent);
    });
  }

  function watch(commandIds: string[]): void {
    socket.emit("command:watch", { command_ids: commandIds }, (answer: Answer<CommandsWatched>) => {
      for (const commandId of answer.ok ? answer.unknown : commandIds) {
        const sent = commands.get(commandId);
        if (sent === undefined) continue;
        sent.state = "lost";
        if (!answer.ok) sent.fault = answer.fault;
        settle(sent);
      }
    });
  }

  socket.on("connect", () => {
    connections += 1;
    const watched: string[] = [];
    for (const each of open.values()) {
      if (asksBy === "watch" && each.sent.state === "accepted") watched.push(each.sent.commandId);
      else emitSend(each);
    }
    while (watched.length > 0) watch(watched.splice(0, watchedAtOnce));
  });
  socket.on("command:ack", ({ command_id, device_id, status, error }: CommandAck) => {
    const sent = commands.get(command_id);
    if (sent === undefined || !isTerminal(status)) return;
    const ends = sent.ends.get(device_id) ?? [];
    sent.ends.set(device_id, [...ends, { connection: connections, status, error }]);
    settle(sent);
  });

  return {
    commands,
    isConnected: () => socket.connected,
    send(command) {
      const commandId = randomUUID();
      const sent: SentCommand = { commandId, state: "unanswered", deviceIds: [], ends: new Map() };
      const entry = { sent, payload: { command_id: commandId, ...command } };
      commands.set(commandId, sent);
      open.set(commandId, entry);
      if (socket.connected) emitSend(entry);
      return sent;
    },
    drop: () => connection.drop(),
    close: () => connection.close(),
  };
}
