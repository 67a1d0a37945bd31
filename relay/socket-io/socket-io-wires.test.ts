import { createServer } from "node:http";
import { describe, expect, test, vi } from "vitest";
import { succeed } from "../../protocol/fault.ts";
import { connectSocketIo } from "../testing/socket-io-client.ts";
import { describeWires } from "../testing/wire-contract.ts";
import type { Gate, Wire } from "../wire.ts";
import { makeSocketIoWires } from "./socket-io-wires.ts";

async function makeOnPort(transports: ("polling" | "websocket")[], isMultiplexed = false) {
  const http = createServer();
  const wires = makeSocketIoWires(http);
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
      admit: async () => succeed({ kind: "dashboard", actor: "tester" }),
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
    const underTest = await makeOnPort(["websocket"], true);
    const connected: Wire[] = [];
    underTest.wires.open({
      admit: async () => succeed({ kind: "dashboard", actor: "tester" }),
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

  test.each([["websocket" as const], ["polling" as const]])(
    "refuse a page of another origin that tries %s",
    async (transport) => {
      const { wires, url, stop } = await makeOnPort(["websocket"]);
      const admit = vi.fn<Gate["admit"]>(async () => succeed({ kind: "dashboard", actor: "tester" }));
      wires.open({ admit, connect: () => {} });
      const from = (origin: string) =>
        connectSocketIo(url, "/dashboard", {}, { transports: [transport], extraHeaders: { origin } });
      for (const origin of ["https://evil.example", "null", url.replace("127.0.0.1", "localhost")]) {
        expect(await from(origin)).toMatchObject({ ok: false });
      }
      expect(admit).not.toHaveBeenCalled();
      const own = await from(url);
      expect(own.ok).toBe(true);
      if (own.ok) own.value.close();
      await stop();
    },
  );
});
