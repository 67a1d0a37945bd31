import type { Answer } from "../../../protocol/contract.ts";
import type { ControlInputReply, ControlOpened } from "../../../protocol/control.ts";
import type { ErrorEvent } from "../../../protocol/error.ts";
import { notConnected, type LinkFault, type LinkResult } from "./link-fault.ts";

/** How the live control of one device stands. Until it is `open`, commands are the way to drive the device. */
export type ControlState =
  | { kind: "opening" }
  | { kind: "open" }
  /** The relay said no, or ended it, or the device's worker does not know it. */
  | { kind: "ended"; fault: LinkFault };

export interface ControlWatcher {
  onState(state: ControlState): void;
  /** Somebody copied something on the device. */
  onClipboard?(text: string): void;
}

/** One device in this dashboard's hand. */
export interface ControlLine {
  /**
   * Sends whole control messages at once; nothing while it is not open. `also` are devices that do the same. Those
   * that let go of something (`isEnding`) are sent again when the relay takes no more just now: no finger may stay down.
   */
  send(messages: Uint8Array, options?: { also?: readonly string[]; isEnding?: boolean }): void;
  /** What is typed from now on is not in the trail, or is again. */
  setPrivate(isPrivate: boolean): void;
  /** Asks again after an ending. */
  open(): void;
  close(): void;
}

export interface ControlPort {
  isConnected(): boolean;
  open(request: { device_id: string; is_private: boolean }): Promise<LinkResult<ControlOpened>>;
  input(
    input: { device_id: string; messages: Uint8Array; also?: string[] },
    answer?: (answer: Answer<ControlInputReply>) => void,
  ): void;
  close(deviceId: string): void;
}

const notTaken: LinkFault = { code: "FORBIDDEN", message: "The device's worker knows no live control." };
const mostRepeats = 5;
const repeatMs = 100;

interface Line {
  watcher: ControlWatcher;
  state: ControlState;
  isPrivate: boolean;
  /** Tells the answer to the newest opening from those to older ones. */
  openings: number;
}

export interface ControlDesk {
  /** One line a device at most; who makes it closes it. */
  control(deviceId: string, watcher: ControlWatcher, isPrivate?: boolean): ControlLine;
  /** The connection is new: the relay has forgotten all sessions. */
  connected(): void;
  disconnected(): void;
  clipboard(deviceId: string, text: string): void;
  /** Whether this error is about live control; then nobody else need hear of it. */
  takeError(error: ErrorEvent): boolean;
}

export function makeControlDesk(port: ControlPort): ControlDesk {
  const lines = new Map<string, Line>();

  function setState(line: Line, state: ControlState): void {
    line.state = state;
    line.watcher.onState(state);
  }

  async function ask(deviceId: string, line: Line): Promise<void> {
    line.openings += 1;
    const { openings, isPrivate } = line;
    // Changing what an open one is like does not interrupt it.
    if (line.state.kind !== "open") setState(line, { kind: "opening" });
    const answer = port.isConnected()
      ? await port.open({ device_id: deviceId, is_private: isPrivate })
      : notConnected();
    if (lines.get(deviceId) !== line || line.openings !== openings) return;
    if (!answer.ok) setState(line, { kind: "ended", fault: answer.fault });
    else if (answer.value.takes_control) setState(line, { kind: "open" });
    else setState(line, { kind: "ended", fault: notTaken });
  }

  function end(line: Line, fault: LinkFault): void {
    line.openings += 1;
    setState(line, { kind: "ended", fault });
  }

  /** Sends what must arrive; what the relay takes no more of just now is sent to those again that it is for. */
  function insist(messages: Uint8Array, deviceIds: readonly string[], repeats: number): void {
    const [first, ...also] = deviceIds.filter((id) => lines.get(id)?.state.kind === "open");
    if (first === undefined) return;
    port.input({ device_id: first, messages, ...(also.length > 0 ? { also } : {}) }, (answer) => {
      const failed = answer.ok ? (answer.failed ?? []) : [{ device_id: first, fault: answer.fault }];
      const again: string[] = [];
      for (const { device_id: id, fault } of failed) {
        const line = lines.get(id);
        if (fault.code === "RATE_LIMITED") again.push(id);
        else if (line !== undefined) end(line, fault);
      }
      if (again.length > 0 && repeats < mostRepeats) {
        setTimeout(() => insist(messages, again, repeats + 1), repeatMs);
      }
    });
  }

  return {
    control(deviceId, watcher, isPrivate = false) {
      const line: Line = { watcher, state: { kind: "opening" }, isPrivate, openings: 0 };
      lines.set(deviceId, line);
      void ask(deviceId, line);
      return {
        send(messages, { also = [], isEnding = false } = {}) {
          if (line.state.kind !== "open") return;
          if (isEnding) insist(messages, [deviceId, ...also], 0);
          else port.input({ device_id: deviceId, messages, ...(also.length > 0 ? { also: [...also] } : {}) });
        },
        setPrivate(next) {
          if (line.isPrivate === next) return;
          line.isPrivate = next;
          void ask(deviceId, line);
        },
        open() {
          if (line.state.kind === "ended") void ask(deviceId, line);
        },
        close() {
          if (lines.get(deviceId) !== line) return;
          lines.delete(deviceId);
          if (port.isConnected()) port.close(deviceId);
        },
      };
    },
    connected() {
      for (const [deviceId, line] of lines) void ask(deviceId, line);
    },
    disconnected() {
      for (const line of lines.values()) {
        line.openings += 1;
        setState(line, { kind: "opening" });
      }
    },
    clipboard: (deviceId, text) => lines.get(deviceId)?.watcher.onClipboard?.(text),
    takeError({ code, message, details }) {
      const about = typeof details === "object" && details !== null ? details : {};
      const event = "event" in about ? about.event : undefined;
      if (event !== "control:open" && event !== "control:input") return false;
      const deviceId = "device_id" in about ? about.device_id : undefined;
      // The next move says it all again, and what must not be lost asks for an answer.
      if (code === "RATE_LIMITED") return true;
      for (const [id, line] of lines) {
        if (deviceId !== undefined && id !== deviceId) continue;
        end(line, { code, message, details });
      }
      return true;
    },
  };
}
