import type { AdbIncomingSocketHandler, AdbSocket, AdbTransport } from "@yume-chan/adb";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { ScopedTransport } from "./scoped-transport.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function makeSocket(close: () => Promise<void>): AdbSocket {
  const socket: unknown = { close, closed: new Promise(() => undefined) };
  // What a scope does with a socket.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return socket as AdbSocket;
}

function makeRig() {
  const opening = Promise.withResolvers<AdbSocket>();
  const tunnels = new Map<string, AdbIncomingSocketHandler>();
  const inner: unknown = {
    connect: () => opening.promise,
    addReverseTunnel: (handler: AdbIncomingSocketHandler) => {
      tunnels.set("tunnel", handler);
      return "tunnel";
    },
    removeReverseTunnel: (address: string) => void tunnels.delete(address),
  };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return { scope: new ScopedTransport(inner as AdbTransport), opening, tunnels };
}

describe("a scope of sockets", () => {
  test("closes also a socket that the device opens after everybody gave up", async () => {
    const { scope, opening } = makeRig();
    const connecting = scope.connect("shell:sleep 1");
    await scope.close();
    const close = vi.fn<() => Promise<void>>(async () => undefined);
    opening.resolve(makeSocket(close));
    await connecting;
    expect(close).toHaveBeenCalledTimes(1);
  });

  test("takes its tunnels down", async () => {
    const { scope, tunnels } = makeRig();
    await scope.addReverseTunnel(async () => undefined);
    expect(tunnels.size).toBe(1);
    await scope.close();
    expect(tunnels.size).toBe(0);
  });

  test("is closed after two seconds although the device takes nothing any more", async () => {
    const { scope, opening } = makeRig();
    opening.resolve(makeSocket(() => new Promise(() => undefined)));
    await scope.connect("shell:sleep 1");
    const closed = vi.fn<() => void>();
    void scope.close().then(closed);
    await vi.advanceTimersByTimeAsync(2000);
    expect(closed).toHaveBeenCalledTimes(1);
  });
});
