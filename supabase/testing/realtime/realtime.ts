import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type postgres from "postgres";
import * as v from "valibot";
import { WebSocketServer, type WebSocket } from "ws";
import type { Claims, Tokens } from "../tokens.ts";
import { admit, join, type Channel, type JoinNeeds } from "./channel.ts";
import {
  decodeMessage,
  encodeBroadcast,
  encodeMessage,
  type Broadcast,
  type Message,
  type Version,
} from "./phoenix-wire.ts";
import { makeRate } from "./rate.ts";
import { makeTopicRights } from "./topic-rights.ts";

/** A double of Supabase Realtime: broadcasts, private ones by the policies of the database. No presence, no CDC. */
export interface Realtime {
  /** A WebSocket of `/realtime/v1/websocket`, by whoever the key names. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer, keyClaims: Claims): void;
  /** `POST /realtime/v1/api/broadcast`: the status it is answered with. */
  broadcast(messages: HttpMessage[], claims: Claims): Promise<202 | 429>;
  counts: Counts;
  /** As if every client's network had gone for a moment. */
  dropConnections(): void;
  close(): void;
}

export interface HttpMessage {
  topic: string;
  event: string;
  payload: unknown;
  private: boolean;
}

export interface Counts {
  /** What the project's quota counts. */
  messages: number;
  /** Over the quota, or too large, and sent to nobody. */
  dropped: number;
  /** Messages times those who got them, and their bytes. */
  deliveries: number;
  bytes: number;
}

export interface RealtimeNeeds {
  sql: postgres.Sql;
  tokens: Tokens;
  messagesPerSecond: number;
}

interface Connection {
  socket: WebSocket;
  version: Version;
  channels: Map<string, Channel>;
}

const renewal = v.object({ access_token: v.nullish(v.string()) });
/** What the free plan takes. */
const largestPayloadBytes = 256 * 1024;
const tooMany = "Too many messages per second";

export async function startRealtime({ sql, tokens, messagesPerSecond }: RealtimeNeeds): Promise<Realtime> {
  const server = new WebSocketServer({ noServer: true, maxPayload: 4 * largestPayloadBytes });
  const connections = new Set<Connection>();
  const rights = makeTopicRights(sql);
  const rate = makeRate(messagesPerSecond);
  const counts: Counts = { messages: 0, dropped: 0, deliveries: 0, bytes: 0 };

  function deliver(topic: string, isPrivate: boolean, broadcast: Broadcast, except?: Connection): void {
    counts.messages += 1;
    for (const { socket, version, channels } of connections) {
      for (const channel of channels.values()) {
        if (channel.topic !== topic || channel.isPrivate !== isPrivate) continue;
        if (except?.socket === socket && !channel.hearsItself) continue;
        const encoded = encodeBroadcast(version, channel.name, broadcast);
        if (encoded === undefined) continue;
        socket.send(encoded);
        counts.deliveries += 1;
        counts.bytes += Buffer.byteLength(encoded);
      }
    }
  }

  async function deliverFromDatabase(id: string): Promise<void> {
    const [row] = await sql<{ topic: string; event: string; private: boolean; payload: string }[]>`
      delete from realtime.messages where id = ${id} returning topic, event, private, payload::text`;
    if (row === undefined) return;
    const bytes = Buffer.from(row.payload);
    if (bytes.length > largestPayloadBytes || !rate.take(1)) counts.dropped += 1;
    else deliver(row.topic, row.private, { event: row.event, bytes, encoding: "json", id });
  }

  let inOrder = Promise.resolve();
  await sql.listen("realtime_messages", (id) => {
    // One that is lost with its database is lost with Realtime, too.
    inOrder = inOrder.then(() => deliverFromDatabase(id)).catch(() => undefined);
  });

  function say(connection: Connection, message: Message): void {
    connection.socket.send(encodeMessage(connection.version, message));
  }

  function reply(
    connection: Connection,
    { joinRef, ref, topic }: Message,
    status: "ok" | "error",
    response: object,
  ): void {
    say(connection, { joinRef, ref, topic, event: "phx_reply", payload: { status, response } });
  }

  function leave(connection: Connection, channel: Channel): void {
    channel.cancelExpiry();
    if (connection.channels.get(channel.name) === channel) connection.channels.delete(channel.name);
    const { joinRef, name: topic } = channel;
    say(connection, { joinRef, ref: joinRef, topic, event: "phx_close", payload: {} });
  }

  function shut(connection: Connection, channel: Channel, reason: string): void {
    const { joinRef, name, topic } = channel;
    const payload = { extension: "system", status: "error", message: reason, channel: topic };
    say(connection, { joinRef, ref: null, topic: name, event: "system", payload });
    leave(connection, channel);
  }

  async function hear(connection: Connection, message: Message, needs: JoinNeeds): Promise<void> {
    if (message.topic === "phoenix") return reply(connection, message, "ok", {});
    if (message.event === "phx_join") {
      const channel = await join(message, needs);
      if ("reason" in channel) return reply(connection, message, "error", channel);
      const former = connection.channels.get(channel.name);
      if (former !== undefined) leave(connection, former);
      connection.channels.set(channel.name, channel);
      return reply(connection, message, "ok", { postgres_changes: [] });
    }
    const channel = connection.channels.get(message.topic);
    if (channel === undefined) return reply(connection, message, "error", { reason: "unmatched topic" });
    if (message.event === "phx_leave") {
      reply(connection, message, "ok", {});
      leave(connection, channel);
    } else if (message.event === "access_token") {
      const { access_token: token } = v.parse(renewal, message.payload);
      if (typeof token !== "string" || token.startsWith("sb_")) return undefined;
      const refusal = await admit(channel, token, needs);
      if (refusal !== undefined) shut(connection, channel, refusal);
    } else if (message.event === "broadcast") {
      await hearBroadcast(connection, channel, message);
    }
    return undefined;
  }

  async function hearBroadcast(connection: Connection, channel: Channel, message: Message): Promise<void> {
    // What may not be sent is dropped without a word, as Realtime does.
    if (channel.isPrivate && !(await rights.maySend(channel.topic, channel.claims))) return undefined;
    const { broadcast } = message;
    if (broadcast === undefined) return undefined;
    if (!rate.take(1)) return shut(connection, channel, tooMany);
    if (broadcast.bytes.length > largestPayloadBytes) counts.dropped += 1;
    else deliver(channel.topic, channel.isPrivate, broadcast, connection);
    if (channel.wantsReplies) reply(connection, message, "ok", {});
    return undefined;
  }

  return {
    counts,
    upgrade(request, stream, head, keyClaims) {
      server.handleUpgrade(request, stream, head, (socket) => {
        const vsn = new URL(request.url ?? "/", "ws://localhost").searchParams.get("vsn");
        const version = vsn === "2.0.0" ? "2.0.0" : "1.0.0";
        const connection: Connection = { socket, version, channels: new Map() };
        connections.add(connection);
        const onExpiry = (channel: Channel, reason: string) => shut(connection, channel, reason);
        const needs: JoinNeeds = { rights, tokens, keyClaims, onExpiry };
        let turn = Promise.resolve();
        socket.on("message", (data: Buffer, isBinary) => {
          turn = turn
            .then(() => hear(connection, decodeMessage(version, data, isBinary), needs))
            // As Phoenix does with a message that it cannot read.
            .catch(() => socket.terminate());
        });
        socket.on("error", () => socket.terminate());
        socket.on("close", () => {
          connections.delete(connection);
          for (const channel of connection.channels.values()) channel.cancelExpiry();
        });
      });
    },
    async broadcast(messages, claims) {
      if (!rate.take(messages.length)) return 429;
      for (const { topic, event, payload, private: isPrivate } of messages) {
        if (isPrivate && !(await rights.maySend(topic, claims))) continue;
        deliver(topic, isPrivate, { event, bytes: Buffer.from(JSON.stringify(payload)), encoding: "json" });
      }
      return 202;
    },
    dropConnections() {
      for (const { socket } of connections) socket.terminate();
    },
    close() {
      for (const { socket } of connections) socket.terminate();
      server.close();
    },
  };
}
