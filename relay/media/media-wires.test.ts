import { once } from "node:events";
import { createServer } from "node:http";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { WebSocket } from "ws";
import { fail, succeed } from "../../protocol/fault.ts";
import { bytesPerReceipt, mediaPath, mediaSubprotocol } from "../../protocol/media-connection.ts";
import { makeSocketIoWires } from "../socket-io/socket-io-wires.ts";
import { backlogCheckMs, mostWaitingBytes } from "../socket-io/backlog.ts";
import { systemClock, type Clock } from "../clock.ts";
import { eventually } from "../testing/eventually.ts";
import { makeManualClock, type ManualClock } from "../testing/manual-clock.ts";
import { connectMedia } from "../testing/media-client.ts";
import { connectSocketIo } from "../testing/socket-io-client.ts";
import { describeWires } from "../testing/wire-contract.ts";
import type { Gate, Wire } from "../wire.ts";
import { makeMediaWires } from "./media-wires.ts";
import { sharePacket } from "./shared-packet.ts";

async function makeOnPort({
  clock = systemClock,
  isBehindProxy = false,
}: { clock?: Clock; isBehindProxy?: boolean } = {}) {
  const http = createServer();
  const wires = makeMediaWires(http, { clock, allowedOrigins: ["https://farm.example"], isBehindProxy });
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  const address = http.address();
  const url = `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`;
  return {
    http,
    url,
    wires,
    async connect(_: string, auth: unknown) {
      const connected = await connectMedia(url, auth);
      return connected.ok ? connected.value : connected.fault.code;
    },
    stop: async () => {
      await wires.close();
      http.close();
    },
  };
}

describeWires("/media", makeOnPort, { isStreamOnly: true });

describe("/media", () => {
  let clock: ManualClock;
  let underTest: Awaited<ReturnType<typeof makeOnPort>>;
  let connected: Wire[];
  const admit = vi.fn<Gate["admit"]>();
  const heard = vi.fn<(event: string, payload: unknown) => void>();

  beforeEach(async () => {
    clock = makeManualClock();
    underTest = await makeOnPort({ clock });
    connected = [];
    heard.mockReset();
    letIn("dashboard");
    underTest.wires.open({
      admit,
      connect(wire) {
        connected.push(wire);
        wire.onEvent(heard);
      },
    });
  });
  afterEach(() => underTest.stop());

  function letIn(kind: "worker" | "dashboard"): void {
    const worker = {
      pcId: "pc-1",
      actor: "worker pc-1",
      isTakingOver: false,
      remembersCommands: false,
      takesControl: false,
      sendsVideo: true,
    };
    admit
      .mockReset()
      .mockResolvedValue(
        succeed(kind === "worker" ? { kind, ...worker } : { kind, actor: "tester", role: "viewer" }),
      );
  }
  async function join() {
    const client = await connectMedia(underTest.url, {});
    const wire = connected.at(-1);
    if (!client.ok || wire?.packets === undefined) throw new Error("was not let in");
    return { client: client.value, wire, packets: wire.packets };
  }
  async function openRaw(subprotocol = mediaSubprotocol, headers: Record<string, string> = {}) {
    const socket = new WebSocket(underTest.url.replace("http", "ws") + mediaPath, subprotocol, { headers });
    const closed = once(socket, "close").then(([code]) => Number(code));
    const status = once(socket, "unexpected-response").then(([, { statusCode }]) => Number(statusCode));
    socket.on("error", () => {});
    await Promise.race([once(socket, "open"), status.catch(() => {})]).catch(() => {});
    return { socket, closed, status };
  }

  test.each([1, 125, 126, 65_535, 65_536, 1_000_000])(
    "[M1] a packet of %i bytes arrives whole, between events and pings",
    async (size) => {
      const { client, wire, packets } = await join();
      const sent = new Uint8Array(size + 4).map((_, index) => index % 251);
      for (let count = 1; count <= 3; count += 1) {
        wire.emit("worker:heartbeat:ack", {
          received_at: "2026-11-23T04:20:00.000Z",
          pending_commands: count,
        });
        packets.send(sharePacket(sent));
        await wire.caughtUp();
        expect(client.packets).toHaveLength(count);
      }
      expect(client.received).toHaveLength(3);
      for (const packet of client.packets) expect(Buffer.compare(packet, sent)).toBe(0);
    },
  );

  test("[M1] packets are passed on whole where they were read, whatever was read with them", async () => {
    letIn("worker");
    const { client, packets } = await join();
    packets.onPacket((packet) => packets.send(sharePacket(packet)));
    // Some in one read, and some in several, of which small ones are put together in Node's pool.
    const sizes = [5, 120, 200, 9000, 30_000, 64_000, 70_000, 5, 200, 40_000, 30_000, 20_000, 200, 5];
    const sent = sizes.map((size, turn) => new Uint8Array(size).map((_, index) => (index + turn) % 251));
    for (const packet of sent) client.sendPacket(packet);
    await eventually(() => expect(client.packets).toHaveLength(sent.length));
    for (const [turn, packet] of client.packets.entries()) {
      expect(Buffer.compare(packet, sent[turn] ?? new Uint8Array())).toBe(0);
    }
  });

  test("[M1] a worker's packets are heard whole, a dashboard's are an event that it has not", async () => {
    letIn("worker");
    const worker = await join();
    const onPacket = vi.fn<(packet: Uint8Array) => void>();
    worker.packets.onPacket(onPacket);
    worker.client.sendPacket(Uint8Array.of(1, 2, 3, 4, 5));
    await eventually(() => expect(onPacket).toHaveBeenCalledTimes(1));
    expect(onPacket.mock.calls[0]?.[0]).toMatchObject({ byteLength: 5, 0: 1, 4: 5 });
    letIn("dashboard");
    const { client } = await join();
    client.sendPacket(Uint8Array.of(1, 2, 3, 4, 5));
    await eventually(() => expect(heard.mock.calls.map(([event]) => event)).toEqual(["stream:packet"]));
  });

  test("[M2] both sides know what the other has received", async () => {
    letIn("worker");
    const { client, packets } = await join();
    packets.onPacket(() => {});
    const onReceipt = vi.fn<() => void>();
    packets.onReceipt(onReceipt);
    const thirdUp = new Uint8Array(Math.ceil(bytesPerReceipt.fromRelay / 3));
    const thirdDown = new Uint8Array(Math.ceil(bytesPerReceipt.toRelay / 3));
    for (let count = 0; count < 4; count += 1) {
      client.sendPacket(thirdUp);
      packets.send(sharePacket(thirdDown));
    }
    await eventually(() => {
      expect(client.receivedByRelay()).toBe(3 * thirdUp.length);
      expect(packets.unreceivedBytes()).toBe(thirdDown.length);
    });
    expect(onReceipt).toHaveBeenCalledTimes(1);
  });

  test("[M3] what is no message is an event that there is not, and the connection stays", async () => {
    const { socket } = await openRaw();
    socket.send(JSON.stringify({ event: "auth", payload: {} }));
    await once(socket, "message");
    for (const text of ["", "{", "[]", "null", '{"event":1}', '{"answer":1,"result":2}']) socket.send(text);
    socket.send('{"event":"last","payload":7}');
    await eventually(() => expect(heard).toHaveBeenLastCalledWith("last", 7, undefined));
    expect(heard.mock.calls.slice(0, -1)).toEqual(
      Array.from({ length: 6 }, () => ["malformed message", undefined, undefined]),
    );
    socket.close();
  });

  test("[M4] whatever is said first, but auth, is a handshake without auth", async () => {
    admit.mockResolvedValue(fail("AUTH_FAILED", "no"));
    for (const first of ['{"event":"clock","payload":{}}', "{", new Uint8Array(80)]) {
      const { socket, closed } = await openRaw();
      socket.send(first);
      const [said] = await once(socket, "message");
      expect(JSON.parse(String(said))).toEqual({
        event: "error",
        payload: { code: "AUTH_FAILED", message: "no" },
      });
      expect(await closed).toBe(4000);
    }
    expect(admit.mock.calls.map(([{ namespace, auth }]) => [namespace, auth])).toEqual(
      Array.from({ length: 3 }, () => ["/stream", undefined]),
    );
    expect(connected).toEqual([]);
  });

  test("[M4] who says nothing for 10 s, or more than its auth before the welcome, is cut", async () => {
    const silent = await openRaw();
    const hasty = await openRaw();
    let decide: (() => void) | undefined;
    admit.mockImplementation(
      () => new Promise((resolve) => (decide = () => resolve(fail("AUTH_FAILED", "no")))),
    );
    for (const _ of [1, 2]) hasty.socket.send(JSON.stringify({ event: "auth", payload: {} }));
    expect(await hasty.closed).toBe(1006);
    decide?.();
    clock.advance(9999);
    expect(silent.socket.readyState).toBe(WebSocket.OPEN);
    clock.advance(1);
    expect(await silent.closed).toBe(1006);
    expect(admit).toHaveBeenCalledTimes(1);
    expect(connected).toEqual([]);
  });

  /** An `auth` of exactly so many bytes. */
  const authOf = (bytes: number): string => `{"event":"auth","payload":"${"x".repeat(bytes - 29)}"}`;

  test("[T9] who was not let in yet is cut for a message of more than 16 kB, unread", async () => {
    admit.mockResolvedValue(fail("AUTH_FAILED", "only asked"));
    for (const [bytes, code] of [
      [16_000, 4000],
      [16_001, 1009],
    ] as const) {
      const { socket, closed } = await openRaw();
      socket.send(authOf(bytes));
      expect(await closed).toBe(code);
    }
    expect(admit).toHaveBeenCalledTimes(1);
  });

  test.each([
    ["dashboard", 100_000],
    ["worker", 2_000_080],
  ] as const)("[T9] a %s is cut for a message of more than %i bytes", async (kind, most) => {
    letIn(kind);
    const { socket, closed } = await openRaw();
    socket.send(authOf(100));
    await once(socket, "message");
    socket.send(authOf(most));
    socket.send(authOf(most + 1));
    expect(await closed).toBe(1009);
    expect(heard).toHaveBeenCalledTimes(1);
  });

  test("[T9] who sends JSON that is costly to parse is cut", async () => {
    const { client } = await join();
    client.send("x", JSON.parse(`${"[".repeat(3000)}${"]".repeat(3000)}`));
    await eventually(() => expect(client.isClosed()).toBe(true));
    expect(heard).not.toHaveBeenCalled();
  });

  test("[M5] one that gives no sign of life for 35 s is cut, one that answers pings is not", async () => {
    const dead = await join();
    const living = await join();
    const closed = vi.fn<() => void>();
    dead.wire.onClose(closed);
    dead.client.pause();
    for (let passedMs = 0; passedMs < 60_000; passedMs += backlogCheckMs) {
      clock.advance(backlogCheckMs);
      await living.wire.caughtUp();
    }
    await eventually(() => expect(closed).toHaveBeenCalledTimes(1));
    expect(living.client.isClosed()).toBe(false);
  });

  test("[M5] one that reads nothing of much is cut", async () => {
    const { client, wire, packets } = await join();
    const closed = vi.fn<() => void>();
    wire.onClose(closed);
    client.pause();
    const packet = sharePacket(new Uint8Array(2_000_000));
    for (let bytes = 0; bytes < 1.5 * mostWaitingBytes; bytes += 2_000_000) packets.send(packet);
    clock.advance(backlogCheckMs);
    await eventually(() => expect(closed).toHaveBeenCalledTimes(1));
  });

  test("[W10] a page of another origin is refused, and so is another subprotocol", async () => {
    for (const origin of ["https://evil.example", "null"]) {
      expect(await (await openRaw(mediaSubprotocol, { origin })).status).toBe(403);
    }
    expect(await (await openRaw("another-1")).status).toBe(400);
    for (const origin of [underTest.url, "https://farm.example"]) {
      const { socket } = await openRaw(mediaSubprotocol, { origin });
      expect(socket.readyState).toBe(WebSocket.OPEN);
      socket.terminate();
    }
    expect(admit).not.toHaveBeenCalled();
  });
});

test.each([
  [true, "192.0.2.1"],
  [false, "127.0.0.1"],
])("[W11] behind a proxy (%s) /media takes %s for the address", async (isBehindProxy, address) => {
  const { wires, url, stop } = await makeOnPort({ isBehindProxy });
  const admit = vi.fn<Gate["admit"]>(async () => fail("AUTH_FAILED", "only asked"));
  wires.open({ admit, connect: () => {} });
  await connectMedia(url, {}, { headers: { "x-forwarded-for": "192.0.2.1" } });
  expect(admit.mock.calls).toMatchObject([[{ address }]]);
  await stop();
});

test("/media and Socket.IO share a server, whichever was there first", async () => {
  for (const order of [
    [makeMediaWires, makeSocketIoWires],
    [makeSocketIoWires, makeMediaWires],
  ]) {
    const http = createServer();
    const both = order.map((make) => make(http));
    for (const wires of both) {
      wires.open({
        admit: async () => succeed({ kind: "dashboard", actor: "tester", role: "admin" }),
        connect: (wire) => wire.onEvent((_event, _payload, answer) => answer?.({ ok: true })),
      });
    }
    await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
    const address = http.address();
    const url = `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`;
    const clients = [
      await connectMedia(url, {}),
      await connectSocketIo(url, "/stream", {}, { transports: ["websocket"] }),
    ];
    for (const client of clients) {
      if (!client.ok) throw new Error(client.fault.message);
      expect(await client.value.request("clock", {})).toEqual({ ok: true });
      client.value.close();
    }
    await Promise.all(both.map((wires) => wires.close()));
  }
});
