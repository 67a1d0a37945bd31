import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Fault } from "../../../protocol/fault.ts";
import type { Wire } from "../../connection/wire.ts";
import { openSteadyWire } from "./steady-wire.ts";

/** Does nothing by itself. */
class FakeWire implements Wire {
  connected = false;
  readonly connectedAtMs: number[] = [];
  readonly #listeners = new Map<string, (detail: unknown) => void>();
  on(event: string, listener: (detail: unknown) => void): void {
    this.#listeners.set(event, listener);
  }
  connect(): void {
    this.connectedAtMs.push(Date.now());
  }
  disconnect(): void {
    this.fire("disconnect", "io client disconnect");
  }
  emit(): void {}
  fire(event: string, detail?: unknown): void {
    this.#listeners.get(event)?.(detail);
  }
  refuse(data: object | undefined): void {
    this.fire("connect_error", Object.assign(new Error("no"), { data }));
  }
}

beforeEach(() => void vi.useFakeTimers({ now: 0 }));
afterEach(() => void vi.useRealTimers());

function makeRig() {
  const socket = new FakeWire();
  const refusals: Fault[] = [];
  const attempts: number[] = [];
  const steady = openSteadyWire({
    make: () => socket,
    onAttempt: (attempt) => void attempts.push(attempt),
    onRefused: (fault) => void refusals.push(fault),
  });
  // The first one is made at once.
  expect(socket.connectedAtMs.splice(0)).toEqual([0]);
  return { socket, refusals, attempts, steady };
}

const wrongToken = { code: "AUTH_FAILED", message: "no" };

describe("a connection that never gives up", () => {
  test("[H2] tries a refused token again every 30 s, for as long as it takes", () => {
    const { socket, refusals } = makeRig();
    for (let refusal = 1; refusal <= 100; refusal += 1) {
      socket.refuse(wrongToken);
      vi.advanceTimersByTime(29_999);
      expect(socket.connectedAtMs).toHaveLength(refusal - 1);
      vi.advanceTimersByTime(1);
      expect(socket.connectedAtMs).toHaveLength(refusal);
    }
    expect(refusals).toHaveLength(100);
    expect(refusals[0]).toEqual(wrongToken);
    socket.fire("connect");
    vi.advanceTimersByTime(3_600_000);
    expect(socket.connectedAtMs).toHaveLength(100);
  });

  test("[H2] takes a refusal that does not say why to mean the token", () => {
    const { socket, refusals } = makeRig();
    socket.refuse(undefined);
    expect(refusals).toEqual([wrongToken]);
    vi.advanceTimersByTime(30_000);
    expect(socket.connectedAtMs).toEqual([30_000]);
  });

  test("[H4] tries again soon while another worker has the seat, and then ever more seldom", () => {
    const { socket } = makeRig();
    const waits: number[] = [];
    for (let refusal = 0; refusal < 7; refusal += 1) {
      const fromMs = Date.now();
      socket.refuse({ code: "FORBIDDEN", message: "no" });
      vi.runOnlyPendingTimers();
      waits.push(Date.now() - fromMs);
    }
    expect(waits).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
  });

  test("comes back after 1, 2, 4, … at most 30 s, each up to a fifth shorter, for ever", () => {
    const random = vi.spyOn(Math, "random").mockReturnValue(0);
    const { socket, attempts } = makeRig();
    socket.fire("connect");
    socket.fire("disconnect", "transport close");
    const waits: number[] = [];
    for (let failure = 0; failure < 3000; failure += 1) {
      const fromMs = Date.now();
      vi.runOnlyPendingTimers();
      waits.push(Date.now() - fromMs);
      socket.fire("connect_error", new Error("websocket error"));
    }
    expect(waits.slice(0, 7)).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
    expect(new Set(waits.slice(5))).toEqual(new Set([30_000]));
    expect(attempts).toHaveLength(3001);
    random.mockReturnValue(0.999);
    socket.fire("connect");
    socket.fire("disconnect", "io server disconnect");
    vi.advanceTimersByTime(799);
    expect(socket.connectedAtMs).toHaveLength(3000);
    vi.advanceTimersByTime(2);
    expect(socket.connectedAtMs).toHaveLength(3001);
    random.mockRestore();
  });

  test("[H5] a relay that sends it away is believed why, and asked again a second later", () => {
    const { socket, refusals, attempts } = makeRig();
    const takenOver = { code: "FORBIDDEN", message: "another tab took over desk-1" } as const;
    socket.fire("connect");
    socket.fire("error", takenOver);
    expect(refusals).toEqual([]);
    socket.fire("disconnect", "io server disconnect");
    expect(refusals).toEqual([takenOver]);
    vi.advanceTimersByTime(1000);
    expect(socket.connectedAtMs).toHaveLength(1);
    socket.fire("connect");
    socket.fire("disconnect", "transport close");
    expect([refusals.length, attempts]).toEqual([1, [1]]);
  });

  test("gives up when it is closed", () => {
    const { socket, steady } = makeRig();
    socket.refuse(wrongToken);
    steady.close();
    vi.advanceTimersByTime(3_600_000);
    expect(socket.connectedAtMs).toEqual([]);
  });

  test("tries at once when the relay is known to be there, and only while it waits", () => {
    const { socket, steady } = makeRig();
    steady.hurry();
    vi.advanceTimersByTime(0);
    expect(socket.connectedAtMs).toEqual([]);
    for (let attempt = 0; attempt < 8; attempt += 1) {
      socket.fire("connect_error", new Error("refused"));
      vi.advanceTimersByTime(30_000 * 1.2);
    }
    const before = socket.connectedAtMs.length;
    socket.fire("connect_error", new Error("refused"));
    steady.hurry();
    vi.advanceTimersByTime(0);
    expect(socket.connectedAtMs).toHaveLength(before + 1);
    socket.fire("connect_error", new Error("refused"));
    steady.close();
    steady.hurry();
    vi.advanceTimersByTime(60_000);
    expect(socket.connectedAtMs).toHaveLength(before + 1);
  });

  test("[H5] takes a refusal of long ago for no reason to be sent away now", () => {
    const { socket, refusals } = makeRig();
    socket.fire("connect");
    socket.fire("error", { code: "FORBIDDEN", message: "not yours" });
    vi.advanceTimersByTime(60_000);
    socket.fire("disconnect", "io server disconnect");
    expect(refusals).toEqual([]);
  });
});
