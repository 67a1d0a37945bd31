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

const keptRuns = 80;
/** The relay ends every command within 60 s; silence beyond that is its fault, not the phone's. */
const silenceMs = 75_000;

/** Sends commands and follows each of their targets to its end. `runs` is newest first: 80, and all that are open. */
export function makeCommandDesk(submit: (command: CommandSend) => Promise<LinkResult<CommandAccepted>>) {
  const [state, setState] = createStore<{ runs: CommandRun[] }>({ runs: [] });
  const waiting = new Map<string, (run: CommandRun) => void>();

  function change(id: string, edit: (run: CommandRun) => void): void {
    setState(
      "runs",
      (run) => run.id === id,
      produce((run) => edit(run)),
    );
    const run = state.runs.find((run) => run.id === id);
    if (run === undefined || !hasEnded(run)) return;
    waiting.get(id)?.(structuredClone(unwrap(run)));
    waiting.delete(id);
  }

  function failOpenTargets(id: string, error: string): void {
    change(id, (run) => {
      for (const target of run.targets) if (!isTerminal(target.status)) end(target, "failed", error);
    });
  }

  async function submitRun(run: CommandRun): Promise<void> {
    const answer = await submit(toPayload(run));
    if (!answer.ok) {
      change(run.id, (run) => {
        run.fault = answer.fault;
        for (const target of run.targets)
          if (!isTerminal(target.status)) end(target, "failed", answer.fault.message);
      });
    }
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
      const timer = setTimeout(() => failOpenTargets(run.id, "The relay said nothing for 75 s."), silenceMs);
      const ended = new Promise<CommandRun>((resolve) => {
        waiting.set(run.id, (run) => {
          clearTimeout(timer);
          resolve(run);
        });
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
    /** Acks go to the connection that sent the command: when it is gone, the end of open ones stays unknown. */
    abandon(): void {
      for (const id of Array.from(waiting.keys())) {
        failOpenTargets(id, "The connection was lost before the phone answered; it may have been done.");
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
