import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import { describe, expect, test, vi } from "vitest";
import { fail, succeed } from "../../protocol/fault.ts";
import { systemClock, type Clock } from "../clock.ts";
import { eventually } from "../testing/eventually.ts";
import { makeManualClock } from "../testing/manual-clock.ts";
import { connectSocketIo } from "../testing/socket-io-client.ts";
import { describeWires } from "../testing/wire-contract.ts";
import type { Gate, Wire } from "../wire.ts";
import { backlogCheckMs, mostWaitingBytes } from "./backlog.ts";
import { makeSocketIoWires } from "./socket-io-wires.ts";

async function makeOnPort(
  transports: ("polling" | "websocket")[],
  {
    isMultiplexed = false,
    clock = systemClock,
    isBehindProxy = false,
  }: { isMultiplexed?: boolean; clock?: Clock; isBehindProxy?: boolean } = {},
) {
  const http = createServer();
  const wires = makeSocketIoWires(http, { clock, allowedOrigins: ["https://farm.example"], isBehindProxy });
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  const address = http.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    wires,
    async connect(namespace: string, auth: Record<string, unknown>) {
      const connected = await connectSocketIo(url, namespace, auth, { transports, forceNew: !isMultiplexed });
      return connected.ok ? connected.value : connected.fault.code;
    },
    stop: () => wires.close(),
  };
}

describeWires("Socket.IO over a WebSocket", () => makeOnPort(["websocket"]));

describe("Socket.IO wires", () => {
  test("know when a peer has caught up that began with polling and upgraded meanwhile", async () => {
    const { wires, url, stop } = await makeOnPort(["polling", "websocket"]);
    const receipts: Promise<void>[] = [];
    const wireOf: Wire[] = [];
    wires.open({
      admit: async () => succeed({ kind: "dashboard", actor: "tester", role: "admin" }),
      connect: (wire) => wireOf.push(wire),
    });
    const connected = await connectSocketIo(url, "/stream", {});
    const [wire] = wireOf;
    if (!connected.ok || wire === undefined) throw new Error("was not let in");
    const client = connected.value;
    for (let count = 1; count <= 200; count += 1) {
      wire.emit("worker:heartbeat:ack", { received_at: "2026-11-23T04:20:00.000Z", pending_commands: count });
      receipts.push(wire.caughtUp().then(() => expect(client.received.length).toBeGreaterThanOrEqual(count)));
      if (count % 20 === 0) await receipts.at(-1);
    }
    await Promise.all(receipts);
    expect(client.received).toHaveLength(200);
    client.close();
    await stop();
  });

  test("share one connection without mixing up receipts", async () => {
    const underTest = await makeOnPort(["websocket"], { isMultiplexed: true });
    const connected: Wire[] = [];
    underTest.wires.open({
      admit: async () => succeed({ kind: "dashboard", actor: "tester", role: "admin" }),
      connect: (wire) => connected.push(wire),
    });
    const clients = [await underTest.connect("/stream", {}), await underTest.connect("/dashboard", {})];
    for (const wire of connected) {
      wire.emit("worker:heartbeat:ack", { received_at: "2026-11-23T04:20:00.000Z", pending_commands: 1 });
      await wire.caughtUp();
    }
    for (const client of clients) {
      expect(typeof client === "string" ? client : client.received.length).toBe(1);
      if (typeof client !== "string") client.close();
    }
    await underTest.stop();
  });

  test.each([
    [true, "192.0.2.1"],
    [false, "127.0.0.1"],
  ])("[W11] behind a proxy (%s) take %s for the address", async (isBehindProxy, address) => {
    const { wires, url, stop } = await makeOnPort(["websocket"], { isBehindProxy });
    const admit = vi.fn<Gate["admit"]>(async () => fail("AUTH_FAILED", "only asked"));
    const connected: Wire[] = [];
    wires.open({ admit, connect: (wire) => connected.push(wire) });
    const extraHeaders = { "x-forwarded-for": "192.0.2.1" };
    const join = () => connectSocketIo(url, "/dashboard", {}, { transports: ["websocket"], extraHeaders });
    await join();
    admit.mockResolvedValue(succeed({ kind: "dashboard", actor: "tester", role: "admin" }));
    const joined = await join();
    expect(admit.mock.calls.map(([caller]) => caller.address)).toEqual([address, address]);
    expect(connected).toMatchObject([{ address }]);
    if (joined.ok) joined.value.close();
    await stop();
  });

  test("cut a peer that reads nothing of much, and leave the others alone", async () => {
    const clock = makeManualClock();
    const underTest = await makeOnPort(["websocket"], { clock });
    const { wires } = underTest;
    const connected: Wire[] = [];
    wires.open({
      admit: async () => succeed({ kind: "dashboard", actor: "tester", role: "admin" }),
      connect: (wire) => connected.push(wire),
    });
    const [deaf, reading] = [
      await underTest.connect("/dashboard", {}),
      await underTest.connect("/dashboard", {}),
    ];
    if (typeof deaf === "string" || typeof reading === "string") throw new Error("was not let in");
    deaf.pause();
    const isClosed = connected.map((wire) => {
      const closed = vi.fn<() => void>();
      wire.onClose(closed);
      wire.join("dashboard");
      return closed;
    });
    const ack = { command_id: randomUUID(), device_id: randomUUID(), status: "completed" } as const;
    const result = "x".repeat(mostWaitingBytes / 8);
    for (let count = 0; count < 10; count += 1) {
      wires.emit("/dashboard", "dashboard", "command:ack", { ...ack, result });
      await connected[1]?.caughtUp();
      if (count < 4) clock.advance(backlogCheckMs);
    }
    expect(isClosed[0]).not.toHaveBeenCalled();
    clock.advance(backlogCheckMs);
    await eventually(() => expect(isClosed[0]).toHaveBeenCalledTimes(1));
    expect(isClosed[1]).not.toHaveBeenCalled();
    expect(reading.received).toHaveLength(10);
    deaf.close();
    reading.close();
    await underTest.stop();
  });

  test.each([["websocket" as const], ["polling" as const]])(
    "[W10] refuse a page of another origin that tries %s",
    async (transport) => {
      const { wires, url, stop } = await makeOnPort(["websocket"]);
      const admit = vi.fn<Gate["admit"]>(async () =>
        succeed({ kind: "dashboard", actor: "tester", role: "admin" }),
      );
      wires.open({ admit, connect: () => {} });
      const from = (origin: string) =>
        connectSocketIo(url, "/dashboard", {}, { transports: [transport], extraHeaders: { origin } });
      for (const origin of ["https://evil.example", "null", url.replace("127.0.0.1", "localhost")]) {
        expect(await from(origin)).toMatchObject({ ok: false });
      }
      expect(admit).not.toHaveBeenCalled();
      // The second is the same page behind a proxy that does TLS; a browser's polling would need CORS, a WebSocket not.
      for (const origin of [url, url.replace("http:", "https:"), "https://farm.example"]) {
        const own = await from(origin);
        expect(own.ok).toBe(true);
        if (own.ok) own.value.close();
      }
      await stop();
    },
  );
});
