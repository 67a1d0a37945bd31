import { describe, expect, test } from "vitest";
import type { ScrcpyControl } from "../screen/scrcpy-session.ts";
import { executeCommand, type CommandTarget } from "./execute-command.ts";
import type { LiveControl } from "./touch-control.ts";

const screen = { width: 1080, height: 2400 };
const video = { width: 240, height: 536 };

function makeControl() {
  const calls: unknown[][] = [];
  const note =
    (name: string) =>
    async (...args: unknown[]): Promise<void> =>
      void calls.push([name, ...args]);
  const control: ScrcpyControl = {
    touch: note("touch"),
    key: note("key"),
    typeText: note("type"),
    paste: note("paste"),
    resetVideo: note("reset"),
    send: note("send"),
  };
  return { calls, control };
}

function makeTarget(live: LiveControl | undefined, exitCode = 0) {
  const lines: string[] = [];
  const opened = makeControl();
  const target: CommandTarget = {
    link: {
      shell: async (line) => {
        lines.push(line);
        return { stdout: "", stderr: exitCode === 0 ? "" : "no such thing\n", exit_code: exitCode };
      },
      readOutput: async () => new TextEncoder().encode("screencap: not found"),
    },
    screen: {
      liveControl: () => live,
      openControl: async () => ({ control: opened.control, picture: undefined }),
    },
    signal: new AbortController().signal,
  };
  return { lines, opened, target };
}

describe("while a scrcpy session is up", () => {
  test("a tap goes over its control socket, in the pixels of the video", async () => {
    const { calls, control } = makeControl();
    const { lines, target } = makeTarget({ control, picture: { video, screen } });
    await executeCommand({ command_type: "tap", params: { x: 540, y: 2400 } }, target);
    expect(calls).toEqual([
      ["touch", "down", { x: 120, y: 535, videoSize: video }],
      ["touch", "up", { x: 120, y: 535, videoSize: video }],
    ]);
    expect(lines).toEqual([]);
  });

  test("a swipe is a finger that moves for as long as it was asked to", async () => {
    const { calls, control } = makeControl();
    const { target } = makeTarget({ control, picture: { video, screen } });
    const startMs = Date.now();
    const params = { x: 540, y: 2000, x2: 540, y2: 400, duration: 80 };
    await executeCommand({ command_type: "swipe", params }, target);
    expect(Date.now() - startMs).toBeGreaterThanOrEqual(75);
    expect(calls[0]).toEqual(["touch", "down", { x: 120, y: 447, videoSize: video }]);
    expect(calls.length).toBeGreaterThan(4);
    expect(calls.at(-1)).toEqual(["touch", "up", { x: 120, y: 89, videoSize: video }]);
  });

  test("keys and texts need no video; what no key makes is pasted", async () => {
    const { calls, control } = makeControl();
    const { target } = makeTarget({ control, picture: undefined });
    await executeCommand({ command_type: "keyevent", params: { keycode: 3 } }, target);
    await executeCommand({ command_type: "text", params: { text: "hello" } }, target);
    await executeCommand({ command_type: "text", params: { text: "안녕" } }, target);
    expect(calls).toEqual([
      ["key", "down", 3],
      ["key", "up", 3],
      ["type", "hello"],
      ["paste", "안녕"],
    ]);
  });

  test("a tap before the first picture goes through the shell", async () => {
    const { control } = makeControl();
    const { lines, target } = makeTarget({ control, picture: undefined });
    await executeCommand({ command_type: "tap", params: { x: 1, y: 2 } }, target);
    expect(lines).toEqual(["input tap 1 2"]);
  });
});

describe("while none is up", () => {
  test("what a key makes is typed through the shell, and a session is started for the rest", async () => {
    const { lines, opened, target } = makeTarget(undefined);
    await executeCommand({ command_type: "text", params: { text: "a b" } }, target);
    expect(lines).toEqual(["input text 'a%sb'"]);
    await executeCommand({ command_type: "text", params: { text: "ü" } }, target);
    expect(opened.calls).toEqual([["paste", "ü"]]);
  });

  test("a line that fails fails the command with what the device said", async () => {
    const { target } = makeTarget(undefined, 255);
    await expect(
      executeCommand({ command_type: "keyevent", params: { keycode: 9 } }, target),
    ).rejects.toThrow("input keyevent ended with 255: no such thing");
  });
});

test("[C7] shell completes whatever the exit code, and a screenshot that is no PNG fails", async () => {
  const { target } = makeTarget(undefined, 3);
  expect(await executeCommand({ command_type: "shell", params: { shellCommand: "false" } }, target)).toEqual({
    stdout: "",
    stderr: "no such thing\n",
    exit_code: 3,
  });
  await expect(executeCommand({ command_type: "screenshot", params: {} }, target)).rejects.toThrow(
    "not found",
  );
});
