import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { eventually } from "./eventually.ts";
import { streamFrame } from "../../protocol/stream.ts";
import { fail, succeed } from "../../protocol/fault.ts";
import type { Caller, Gate, Wire, Wires } from "../wire.ts";
import type { TestClient } from "./test-client.ts";

/** Wires under test, with a way to reach them from outside. */
export interface WiresUnderTest {
  wires: Wires;
  /** A client, or the code of the fault it was refused with. */
  connect(namespace: string, auth: Record<string, unknown>): Promise<TestClient | string>;
  stop(): Promise<void>;
}

/**
 * What every adapter of the port `Wires` promises. Run on the in-memory one, and on Socket.IO and `/media` over a real port.
 * `/media` is `/stream` alone, and its events are text.
 */
export function describeWires(
  name: string,
  make: () => Promise<WiresUnderTest>,
  { isStreamOnly = false }: { isStreamOnly?: boolean } = {},
): void {
  const otherNamespace = isStreamOnly ? "/stream" : "/dashboard";
  const frame = isStreamOnly ? textFrame : bytesFrame;

  describe(`the wire contract, kept by ${name}`, () => {
    let underTest: WiresUnderTest;
    let connected: Wire[];
    let callers: Caller[];
    let onConnect: (wire: Wire) => void;

    const gate: Gate = {
      async admit(caller) {
        callers.push(caller);
        const isWelcome = typeof caller.auth === "object" && caller.auth !== null && "welcome" in caller.auth;
        return isWelcome
          ? succeed({ kind: "dashboard", actor: "tester", role: "admin" })
          : fail("AUTH_FAILED", "you are not welcome");
      },
      connect(wire) {
        connected.push(wire);
        onConnect(wire);
      },
    };

    beforeEach(async () => {
      connected = [];
      callers = [];
      onConnect = () => {};
      underTest = await make();
      underTest.wires.open(gate);
    });
    afterEach(() => underTest.stop());

    async function join(namespace = "/stream"): Promise<{ client: TestClient; wire: Wire }> {
      const client = await underTest.connect(namespace, { welcome: true });
      const wire = connected.at(-1);
      if (typeof client === "string" || wire === undefined) throw new Error("was not let in");
      return { client, wire };
    }
    test("the gate sees namespace, auth and address, and the wire carries its word", async () => {
      const { wire } = await join(otherNamespace);
      expect(callers).toEqual([
        { namespace: otherNamespace, auth: { welcome: true }, address: expect.stringMatching(/[\d.]+/) },
      ]);
      expect(wire).toMatchObject({
        namespace: otherNamespace,
        identity: { kind: "dashboard", actor: "tester", role: "admin" },
        address: callers[0]?.address,
      });
    });

    test.each(isStreamOnly ? ["/stream"] : ["/dashboard", "/worker", "/stream", "/"])(
      "a refusal on %s reaches the client as the fault",
      async (ns) => {
        expect(await underTest.connect(ns, {})).toBe("AUTH_FAILED");
        expect(connected).toEqual([]);
      },
    );

    test("what is sent the moment a wire is connected arrives", async () => {
      const payload = gone(randomUUID());
      onConnect = (wire) => wire.emit("device:disconnected", payload);
      const { client } = await join();
      await eventually(() => expect(client.received).toEqual([{ event: "device:disconnected", payload }]));
    });

    test("every event of the client is heard, in order, with its payload and a way to answer", async () => {
      const heard: unknown[] = [];
      onConnect = (wire) =>
        wire.onEvent((event, payload, answer) => {
          heard.push([event, payload]);
          answer?.({ ok: true });
        });
      const { client } = await join();
      client.send("one", { a: 1 });
      client.send("error", "odd name");
      client.send("nothing");
      expect(await client.request("two", [1, 2])).toEqual({ ok: true });
      expect(heard).toEqual([
        ["one", { a: 1 }],
        ["error", "odd name"],
        ["nothing", undefined],
        ["two", [1, 2]],
      ]);
    });

    test("an event to a room reaches each member once, and nobody who left or is in another namespace", async () => {
      const one = await join();
      const two = await join();
      const elsewhere = await join(otherNamespace);
      const left = await join();
      for (const { wire } of [one, ...(isStreamOnly ? [] : [elsewhere]), left]) wire.join("red");
      for (const { wire } of [one, two]) wire.join("blue");
      left.wire.leave("red");
      const payload = gone(randomUUID());
      underTest.wires.emit("/stream", ["red", "blue"], "device:disconnected", payload);
      underTest.wires.emit("/stream", left.wire.id, "device:disconnected", gone(randomUUID()));
      await eventually(() => {
        for (const { client } of [one, two]) expect(client.received).toHaveLength(1);
        expect(left.client.received).toHaveLength(1);
      });
      expect(elsewhere.client.received).toEqual([]);
      expect(left.client.received).not.toContainEqual({ event: "device:disconnected", payload });
    });

    test.skipIf(isStreamOnly)("bytes go and arrive as bytes", async () => {
      const { client, wire } = await join();
      const heard = vi.fn<(event: string, payload: unknown) => void>();
      wire.onEvent(heard);
      client.send("two", [new Uint8Array([1, 2])]);
      await eventually(() => expect(heard).toHaveBeenCalledTimes(1));
      expect(heard.mock.calls[0]?.slice(0, 2)).toMatchObject(["two", [{ byteLength: 2, 0: 1, 1: 2 }]]);
      const sent = frame(3);
      wire.emit("stream:frame", sent);
      underTest.wires.emit("/stream", wire.id, "stream:frame", sent);
      await eventually(() => expect(client.all("stream:frame")).toHaveLength(2));
      for (const { frame } of client.parsed("stream:frame", streamFrame)) {
        expect(frame).toBeInstanceOf(Uint8Array);
        expect(frame).toMatchObject({ byteLength: 3, 0: 7, 1: 7, 2: 7 });
      }
    });

    test("caughtUp waits until the peer has received what was sent before", async () => {
      const { client, wire } = await join();
      wire.emit("stream:frame", frame(10, 1));
      const first = wire.caughtUp();
      wire.emit("stream:frame", frame(100_000, 2));
      await first;
      expect(client.all("stream:frame")[0]).toMatchObject({ timestamp: 1 });
      await Promise.all([wire.caughtUp(), wire.caughtUp()]);
      expect(client.all("stream:frame")).toHaveLength(2);
    });

    test("caughtUp does not resolve while the peer does not read, and another wire's does", async () => {
      const stalled = await join();
      const healthy = await join();
      await stalled.wire.caughtUp();
      stalled.client.pause();
      let isCaughtUp = false;
      stalled.wire.emit("stream:frame", frame(100_000));
      const receipt = stalled.wire.caughtUp().then(() => (isCaughtUp = true));
      // By the time ten round trips of another wire are over, one of this wire would be too.
      for (let trip = 0; trip < 10; trip += 1) await healthy.wire.caughtUp();
      expect(isCaughtUp).toBe(false);
      stalled.client.resume();
      await receipt;
      expect(stalled.client.all("stream:frame")).toHaveLength(1);
    });

    test("when a client leaves its wire is closed once, out of its rooms, and owes no receipt", async () => {
      const { client, wire } = await join();
      wire.join("red");
      const closed = vi.fn<() => void>();
      wire.onClose(closed);
      client.pause();
      const receipt = wire.caughtUp();
      client.resume();
      client.close();
      await eventually(() => expect(closed).toHaveBeenCalledTimes(1));
      await receipt;
      await wire.caughtUp();
      const late = vi.fn<() => void>();
      wire.onClose(late);
      expect(late).toHaveBeenCalledTimes(1);
      wire.emit("device:disconnected", gone(randomUUID()));
      wire.close();
      expect(closed).toHaveBeenCalledTimes(1);
    });

    test("a wire that is closed here is closed there", async () => {
      const { client, wire } = await join();
      wire.close();
      await eventually(() => expect(client.isClosed()).toBe(true));
    });

    test("closing all wires closes each", async () => {
      const both = [await join(), await join(otherNamespace)];
      await underTest.wires.close();
      await eventually(() => expect(both.map(({ client }) => client.isClosed())).toEqual([true, true]));
    });
  });
}

function gone(deviceId: string) {
  return { device_id: deviceId, serial_number: "A", reason: "manual" as const, version: 1 };
}

function bytesFrame(size: number, timestamp = 1) {
  const bytes = new Uint8Array(size).fill(7);
  return { device_id: randomUUID(), timestamp, frame: bytes, width: 1, height: 1 };
}

function textFrame(size: number, timestamp = 1) {
  return { ...bytesFrame(0, timestamp), frame: "B".repeat(size) };
}
