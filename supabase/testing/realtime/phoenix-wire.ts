import * as v from "valibot";

/**
 * Phoenix' channel protocol as Realtime speaks it. Version 1.0.0 is JSON objects. Version 2.0.0 is JSON arrays, and
 * broadcasts of people's own are binary:
 *
 *   to the server   3 | join_ref, ref, topic, event, metadata: a byte of length each | 1 JSON, 0 bytes |
 *                   join_ref | ref | topic | event | metadata | payload
 *   to a client     4 | topic, event, metadata: a byte of length each | 1 JSON, 0 bytes | topic | event | metadata | payload
 */

export type Version = "1.0.0" | "2.0.0";

export interface Message {
  joinRef: string | null;
  ref: string | null;
  topic: string;
  event: string;
  payload: unknown;
  /** What `payload` says, or the bytes said, when the event is `broadcast`. */
  broadcast?: Broadcast;
}

/** A broadcast in the bytes that its sender gave; `json` says what they are. */
export interface Broadcast {
  event: string;
  bytes: Uint8Array;
  encoding: "json" | "binary";
  /** The id of one that came through the database. */
  id?: string;
}

const reference = v.nullish(v.pipe(v.union([v.string(), v.number()]), v.transform(String)));
const firstMessage = v.object({
  join_ref: reference,
  ref: reference,
  topic: v.string(),
  event: v.string(),
  payload: v.unknown(),
});
const secondMessage = v.looseTuple([reference, reference, v.string(), v.string(), v.unknown()]);
const ownBroadcast = v.object({ event: v.string(), payload: v.unknown() });

const pushKind = 3;
const broadcastKind = 4;

/** Throws for what is no message. */
export function decodeMessage(version: Version, data: Buffer, isBinary: boolean): Message {
  if (isBinary) return decodePush(data);
  const said: unknown = JSON.parse(data.toString("utf8"));
  if (version === "1.0.0") return messageOf(v.parse(firstMessage, said));
  const [join_ref, ref, topic, event, payload] = v.parse(secondMessage, said);
  return messageOf({ join_ref, ref, topic, event, payload });
}

function messageOf({ join_ref, ref, topic, event, payload }: v.InferOutput<typeof firstMessage>): Message {
  const message = { joinRef: join_ref ?? null, ref: ref ?? null, topic, event, payload };
  const said = event === "broadcast" ? v.safeParse(ownBroadcast, payload) : undefined;
  if (said?.success !== true) return message;
  const bytes = Buffer.from(JSON.stringify(said.output.payload ?? {}));
  return { ...message, broadcast: { event: said.output.event, bytes, encoding: "json" } };
}

function decodePush(data: Buffer): Message {
  if (data[0] !== pushKind) throw new Error(`a binary message of kind ${data[0]} is not known`);
  let at = 7;
  const [joinRef = "", ref = "", topic = "", event = ""] = [1, 2, 3, 4, 5].map((index) =>
    data.toString("utf8", at, (at += data[index] ?? 0)),
  );
  const broadcast: Broadcast = {
    event,
    bytes: data.subarray(at),
    encoding: data[6] === 1 ? "json" : "binary",
  };
  return { joinRef, ref, topic, event: "broadcast", payload: undefined, broadcast };
}

export function encodeMessage(version: Version, { joinRef, ref, topic, event, payload }: Message): string {
  return JSON.stringify(
    version === "2.0.0"
      ? [joinRef, ref, topic, event, payload]
      : { topic, event, payload, ref, join_ref: joinRef },
  );
}

/** Nothing for bytes in version 1.0.0, which has no way to say them. */
export function encodeBroadcast(
  version: Version,
  topic: string,
  broadcast: Broadcast,
): string | Buffer | undefined {
  const { event, bytes, encoding, id } = broadcast;
  const meta = id === undefined ? undefined : { id };
  if (version === "2.0.0") {
    const parts = [topic, event, meta === undefined ? "" : JSON.stringify(meta)].map((part) =>
      Buffer.from(part),
    );
    const head = [broadcastKind, ...parts.map(({ length }) => length), encoding === "json" ? 1 : 0];
    return Buffer.concat([Buffer.from(head), ...parts, bytes]);
  }
  if (encoding === "binary") return undefined;
  const payload = {
    event,
    payload: JSON.parse(Buffer.from(bytes).toString("utf8")) as unknown,
    type: "broadcast",
  };
  return encodeMessage(version, {
    joinRef: null,
    ref: null,
    topic,
    event: "broadcast",
    payload: meta === undefined ? payload : { ...payload, meta },
  });
}
