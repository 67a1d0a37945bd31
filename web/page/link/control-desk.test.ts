import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Answer } from "../../../protocol/contract.ts";
import type { ControlInputReply, ControlOpened } from "../../../protocol/control.ts";
import { makeControlDesk, type ControlDesk, type ControlPort, type ControlState } from "./control-desk.ts";
import type { LinkResult } from "./link-fault.ts";

const device = "5b0c2d6e-3f8f-5c9b-8a70-0d6a2c1f9b11";
const messages = Uint8Array.of(5);
const limited = { ok: false, fault: { code: "RATE_LIMITED", message: "too much" } } as const;

let isConnected = true;
let opened: {
  request: Parameters<ControlPort["open"]>[0];
  answer: (answer: LinkResult<ControlOpened>) => void;
}[] = [];
let inputs: {
  payload: Parameters<ControlPort["input"]>[0];
  answer?: ((answer: Answer<ControlInputReply>) => void) | undefined;
}[] = [];
let closed: string[] = [];
let states: ControlState["kind"][] = [];
let desk: ControlDesk;

beforeEach(() => {
  vi.useFakeTimers();
  isConnected = true;
  [opened, inputs, closed, states] = [[], [], [], []];
  desk = makeControlDesk({
    isConnected: () => isConnected,
    open: (request) => new Promise((answer) => opened.push({ request, answer })),
    input: (payload, answer) => void inputs.push({ payload, answer }),
    close: (deviceId) => void closed.push(deviceId),
  });
});
afterEach(() => vi.useRealTimers());

const watcher = { onState: ({ kind }: ControlState) => void states.push(kind) };

async function answerLast(
  answer: LinkResult<ControlOpened> = { ok: true, value: { takes_control: true } },
): Promise<void> {
  opened.at(-1)?.answer(answer);
  await vi.advanceTimersByTimeAsync(0);
}

describe("[K20] a line to a device", () => {
  test("is open when the relay says so, and sends nothing before", async () => {
    const line = desk.control(device, watcher);
    line.send(messages);
    await answerLast();
    line.send(messages, { also: ["other"] });
    expect(states).toEqual(["opening", "open"]);
    expect(inputs.map(({ payload }) => payload)).toEqual([{ device_id: device, messages, also: ["other"] }]);
    line.close();
    expect(closed).toEqual([device]);
  });

  test("asks for an answer only where something is let go of, and says that again until it is taken", async () => {
    const line = desk.control(device, watcher);
    await answerLast();
    line.send(messages);
    line.send(messages, { isEnding: true });
    expect(inputs.map(({ answer }) => answer !== undefined)).toEqual([false, true]);
    inputs[1]?.answer?.(limited);
    await vi.advanceTimersByTimeAsync(100);
    expect(inputs).toHaveLength(3);
    inputs[2]?.answer?.({ ok: true });
    await vi.advanceTimersByTimeAsync(1000);
    expect(inputs).toHaveLength(3);
  });

  test("[K30] says again what was refused to those only that it was refused to", async () => {
    const line = desk.control(device, watcher);
    await answerLast();
    const others = ["b", "c"].map((id) => desk.control(id, { onState: () => undefined }));
    for (const { answer } of opened.slice(1)) answer({ ok: true, value: { takes_control: true } });
    await vi.advanceTimersByTimeAsync(0);
    line.send(messages, { also: ["b", "c"], isEnding: true });
    const held = { code: "FORBIDDEN", message: "anna holds it" } as const;
    inputs[0]?.answer?.({
      ok: true,
      failed: [
        { device_id: "b", fault: limited.fault },
        { device_id: "c", fault: held },
      ],
    });
    await vi.advanceTimersByTimeAsync(100);
    expect(inputs[1]?.payload).toEqual({ device_id: "b", messages });
    others[1]?.send(messages);
    expect(inputs).toHaveLength(2);
  });

  test("says why it ended, and opens again when asked to", async () => {
    const line = desk.control(device, watcher);
    await answerLast();
    const held = { code: "FORBIDDEN", message: "anna holds it now" } as const;
    expect(desk.takeError({ ...held, details: { event: "control:open", device_id: device } })).toBe(true);
    expect(states.at(-1)).toBe("ended");
    line.send(messages);
    expect(inputs).toEqual([]);
    line.open();
    await answerLast();
    expect(states.at(-1)).toBe("open");
  });

  test("[K1] is not open where the device's worker knows no live control", async () => {
    const line = desk.control(device, watcher);
    await answerLast({ ok: true, value: { takes_control: false } });
    line.send(messages);
    expect(states).toEqual(["opening", "ended"]);
    expect(inputs).toEqual([]);
  });

  test("is opened again with the connection, whatever an older answer says", async () => {
    desk.control(device, watcher, true);
    await answerLast();
    isConnected = false;
    desk.disconnected();
    expect(states.at(-1)).toBe("opening");
    isConnected = true;
    desk.connected();
    desk.connected();
    opened[1]?.answer({ ok: false, fault: { code: "WORKER_OFFLINE", message: "older" } });
    await answerLast();
    expect(states.at(-1)).toBe("open");
    expect(opened.at(-1)?.request).toEqual({ device_id: device, is_private: true });
  });

  test("becomes private without an interruption", async () => {
    const line = desk.control(device, watcher);
    await answerLast();
    line.setPrivate(true);
    line.send(messages);
    expect(inputs).toHaveLength(1);
    await answerLast();
    expect(states).toEqual(["opening", "open", "open"]);
    expect(opened.map(({ request }) => request.is_private)).toEqual([false, true]);
  });
});

test("errors of other events are somebody else's, and that moves were too many is nobody's", () => {
  desk.control(device, watcher);
  const error = { code: "RATE_LIMITED", message: "" } as const;
  expect(desk.takeError({ ...error, details: { event: "command:send" } })).toBe(false);
  expect(desk.takeError(error)).toBe(false);
  expect(desk.takeError({ ...error, details: { event: "control:input", device_id: device } })).toBe(true);
  expect(states).toEqual(["opening"]);
});
