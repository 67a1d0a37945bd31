import type { ShellResult } from "../../../../protocol/command.ts";
import { withTimeLimit } from "../../time-limit.ts";
import { identityCommand } from "../identity.ts";
import type { DeviceLink } from "../device-link.ts";

/** A device's end that a test drives. Its answers are those of a Pixel 8, at once. */
export interface FakeLink extends DeviceLink {
  /** Answers nothing any more. */
  isHung: boolean;
  /** How long an answer takes. */
  answerMs: number;
  /** What it says to the question who it is. */
  identityAnswer: ShellResult;
  heardMs: number;
  isClosed: boolean;
  reboots: number;
  /** Lines it was given. */
  readonly lines: string[];
  /** Fails the transfers under way, and 100 ms later ADB, as a pulled cable does before USB tells of it. */
  failTransfers(): void;
}

export function never(): Promise<never> {
  return new Promise(() => undefined);
}

export function makeFakeLink(start: Partial<FakeLink> = {}): FakeLink {
  const transfer = Promise.withResolvers<never>();
  transfer.promise.catch(() => undefined);
  const ended = Promise.withResolvers<string>();
  const link: FakeLink = {
    isHung: false,
    answerMs: 0,
    identityAnswer: answerOf("Google\nPixel 8\n14\nPhysical size: 1080x2400\n"),
    heardMs: Number.NEGATIVE_INFINITY,
    isClosed: false,
    reboots: 0,
    lines: [],
    ended: ended.promise,
    failTransfers: () => {
      transfer.reject(new DOMException("A transfer error has occurred.", "NetworkError"));
      setTimeout(() => ended.resolve("NetworkError: A transfer error has occurred."), 100);
    },
    heardAtMs: () => link.heardMs,
    shell: (line, limitMs) => {
      link.lines.push(line);
      return withTimeLimit(line, limitMs, link.isHung ? transfer.promise : answer(line));
    },
    readOutput: never,
    push: never,
    pull: never,
    startScrcpy: never,
    startSound: never,
    listEncoders: never,
    reboot: async () => {
      link.reboots += 1;
    },
    close: async () => {
      link.isClosed = true;
    },
    ...start,
  };
  async function answer(line: string): Promise<ShellResult> {
    if (link.answerMs > 0) await new Promise((resolve) => setTimeout(resolve, link.answerMs));
    return line === identityCommand ? link.identityAnswer : answerOf("  level: 50\n  scale: 100\n");
  }
  return link;
}

export function answerOf(stdout: string, exitCode = 0): ShellResult {
  return { stdout, stderr: "", exit_code: exitCode };
}
