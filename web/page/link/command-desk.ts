import { createStore, produce, unwrap } from "solid-js/store";
import { v4 } from "uuid";
import {
  isTerminal,
  type CommandAccepted,
  type CommandAck,
  type CommandParams,
  type CommandSend,
  type CommandStatus,
  type CommandType,
  type CommandsWatched,
} from "../../../protocol/command.ts";
import type { LinkFault, LinkResult } from "./link-fault.ts";

export interface CommandOrder {
  type: CommandType;
  params?: CommandParams;
  deviceIds: readonly string[];
}

/** What became of a command on one device. */
export interface CommandTarget {
  deviceId: string;
  status: "sent" | CommandStatus;
  error?: string;
  /** `ShellResult` or `ScreenshotResult`, by the type of the command. */
  result?: unknown;
  /** Unix milliseconds of this browser. */
  endedAtMs?: number;
}

export interface CommandRun {
  id: string;
  type: CommandType;
  params: CommandParams;
  sentAtMs: number;
  targets: CommandTarget[];
  /** The relay refused the whole command. */
  fault?: LinkFault;
}

export interface SentCommand {
  id: string;
  /** The run as it ended, on every target or by a refusal. Never rejects. */
  ended: Promise<CommandRun>;
}

/** What the desk asks of the relay. */
export interface CommandPort {
  submit(command: CommandSend): Promise<LinkResult<CommandAccepted>>;
  /** Hears of these commands on the connection that is now; answers those that the relay never took. */
  watch(commandIds: string[]): Promise<LinkResult<CommandsWatched>>;
}

interface Waiting {
  settle(run: CommandRun): void;
  timer?: ReturnType<typeof setTimeout>;
}

const keptRuns = 80;
/** A command waits up to 60 s for its worker and runs for up to 60 s; silence beyond that is the relay's fault. */
const silenceMs = 130_000;
/** As many as one `command:watch` may name. */
const mostWatchedAtOnce = 1000;

/**
 * Sends commands and follows each of their targets to its end, over lost connections too. `runs` is newest first: 80,
 * and all that are open.
 */
export function makeCommandDesk(port: CommandPort, watchedAtOnce = mostWatchedAtOnce) {
  const [state, setState] = createStore<{ runs: CommandRun[] }>({ runs: [] });
  const waiting = new Map<string, Waiting>();

  function change(id: string, edit: (run: CommandRun) => void): void {
    setState(
      "runs",
      (run) => run.id === id,
      produce((run) => edit(run)),
    );
    const run = state.runs.find((run) => run.id === id);
    if (run === undefined || !hasEnded(run)) return;
    const waits = waiting.get(id);
    waiting.delete(id);
    clearTimeout(waits?.timer);
    waits?.settle(structuredClone(unwrap(run)));
  }

  function failOpenTargets(id: string, error: string): void {
    change(id, (run) => {
      for (const target of run.targets) if (!isTerminal(target.status)) end(target, "failed", error);
    });
  }

  async function submitRun(run: CommandRun): Promise<void> {
    const answer = await port.submit(toPayload(run));
    // Without an answer it may have been taken: its acks tell, or the relay when it is asked again.
    if (answer.ok || answer.fault.code === "NOT_ANSWERED") return;
    change(run.id, (run) => {
      run.fault = answer.fault;
      for (const target of run.targets)
        if (!isTerminal(target.status)) end(target, "failed", answer.fault.message);
    });
  }

  function limitSilence(id: string, waits: Waiting): void {
    clearTimeout(waits.timer);
    waits.timer = setTimeout(
      () => failOpenTargets(id, `The relay said nothing for ${silenceMs / 1000} s.`),
      silenceMs,
    );
  }

  async function watchAgain(ids: string[]): Promise<void> {
    const answer = await port.watch(ids);
    if (!answer.ok) return;
    for (const id of answer.value.unknown) failOpenTargets(id, "The relay never took it; send it again.");
  }

  return {
    state,
    send(order: CommandOrder): SentCommand {
      const run: CommandRun = {
        id: v4(),
        type: order.type,
        params: order.params ?? {},
        sentAtMs: Date.now(),
        targets: order.deviceIds.map((deviceId) => ({ deviceId, status: "sent" })),
      };
      setState("runs", (runs) => [run, ...runs].filter((run, at) => at < keptRuns || !hasEnded(run)));
      const ended = new Promise<CommandRun>((resolve) => {
        const waits: Waiting = { settle: resolve };
        waiting.set(run.id, waits);
        limitSilence(run.id, waits);
      });
      void submitRun(structuredClone(unwrap(run)));
      return { id: run.id, ended };
    },
    acknowledge(ack: CommandAck): void {
      change(ack.command_id, (run) => {
        const target = run.targets.find((target) => target.deviceId === ack.device_id);
        if (target === undefined || isTerminal(target.status)) return;
        if (!isTerminal(ack.status)) {
          target.status = ack.status;
          return;
        }
        end(target, ack.status, ack.error);
        if (ack.result !== undefined) target.result = ack.result;
      });
    },
    /** The connection is lost: what is open stays open, for as long as that takes. */
    pause(): void {
      for (const { timer } of waiting.values()) clearTimeout(timer);
    },
    /** The connection is back: its acks come to whoever asks for them. */
    resume(): void {
      for (const [id, waits] of waiting) limitSilence(id, waits);
      const ids = Array.from(waiting.keys());
      for (let at = 0; at < ids.length; at += watchedAtOnce) {
        void watchAgain(ids.slice(at, at + watchedAtOnce));
      }
    },
  };
}

function toPayload(run: CommandRun): CommandSend {
  const ids = run.targets.map((target) => target.deviceId);
  const [only] = ids;
  const fields = { command_id: run.id, command_type: run.type, params: run.params };
  return ids.length === 1 && only !== undefined
    ? { ...fields, device_id: only }
    : { ...fields, broadcast: true, broadcast_device_ids: ids };
}

function end(target: CommandTarget, status: "completed" | "failed", error: string | undefined): void {
  target.status = status;
  target.endedAtMs = Date.now();
  if (error !== undefined) target.error = error;
}

export function hasEnded(run: CommandRun): boolean {
  return run.targets.every((target) => isTerminal(target.status));
}
