import { expect, test } from "vitest";
import { decodeMessage, encodeBroadcast, encodeMessage } from "./phoenix-wire.ts";

const text = (value: unknown) => Buffer.from(JSON.stringify(value));
const join = { joinRef: "1", ref: "2", topic: "realtime:room", event: "phx_join", payload: { config: {} } };

test("version 1.0.0 is an object, version 2.0.0 an array, both ways", () => {
  const first = {
    topic: "realtime:room",
    event: "phx_join",
    payload: { config: {} },
    ref: "2",
    join_ref: "1",
  };
  const second = ["1", "2", "realtime:room", "phx_join", { config: {} }];
  expect(decodeMessage("1.0.0", text(first), false)).toEqual(join);
  expect(decodeMessage("2.0.0", text(second), false)).toEqual(join);
  expect(JSON.parse(encodeMessage("1.0.0", join))).toEqual(first);
  expect(JSON.parse(encodeMessage("2.0.0", join))).toEqual(second);
});

test("a heartbeat has no join_ref", () => {
  expect(decodeMessage("2.0.0", text([null, "5", "phoenix", "heartbeat", {}]), false)).toMatchObject({
    joinRef: null,
    ref: "5",
  });
});

// What realtime-js sends for `channel.send({ type: "broadcast", event: "é", payload })` in version 2.0.0.
const push = (encoding: 0 | 1, payload: Buffer) =>
  Buffer.concat([
    Buffer.from([3]), // user broadcast push
    Buffer.from([1, 2, 4, 2, 0]), // bytes of join_ref, ref, topic, event, metadata
    Buffer.from([encoding]), // 1: JSON, 0: bytes
    Buffer.from("7"), // join_ref
    Buffer.from("10"), // ref
    Buffer.from("room"), // topic
    Buffer.from("é"), // event
    payload,
  ]);

test("a binary push is a broadcast with its bytes untouched", () => {
  expect(decodeMessage("2.0.0", push(1, Buffer.from('{"x":1}')), true)).toEqual({
    joinRef: "7",
    ref: "10",
    topic: "room",
    event: "broadcast",
    payload: undefined,
    broadcast: { event: "é", bytes: Buffer.from('{"x":1}'), encoding: "json" },
  });
  expect(decodeMessage("2.0.0", push(0, Buffer.from([0, 255])), true).broadcast).toEqual({
    event: "é",
    bytes: Buffer.from([0, 255]),
    encoding: "binary",
  });
});

test("a broadcast to version 2.0.0 is binary, with the id of one that came through the database", () => {
  const broadcast = { event: "devices", bytes: Buffer.from('{"x":1}'), encoding: "json", id: "m" } as const;
  expect(encodeBroadcast("2.0.0", "realtime:a", broadcast)).toEqual(
    Buffer.concat([
      Buffer.from([4]), // user broadcast
      Buffer.from([10, 7, 10]), // bytes of topic, event, metadata
      Buffer.from([1]), // JSON
      Buffer.from("realtime:a"),
      Buffer.from("devices"),
      Buffer.from('{"id":"m"}'),
      Buffer.from('{"x":1}'),
    ]),
  );
});

test("a broadcast to version 1.0.0 is a JSON message, and bytes cannot be told to it", () => {
  const broadcast = { event: "devices", bytes: Buffer.from('{"x":1}'), encoding: "json", id: "m" } as const;
  expect(JSON.parse(String(encodeBroadcast("1.0.0", "realtime:a", broadcast)))).toEqual({
    topic: "realtime:a",
    event: "broadcast",
    payload: { event: "devices", payload: { x: 1 }, type: "broadcast", meta: { id: "m" } },
    ref: null,
    join_ref: null,
  });
  expect(encodeBroadcast("1.0.0", "realtime:a", { ...broadcast, encoding: "binary" })).toBeUndefined();
});

test.each([
  ["no JSON", "{", false, "JSON"],
  ["an object in place of an array", "{}", false, "Expected Array"],
  ["a kind of binary message that nobody sends", "\u0009", true, "kind 9"],
])("%s is refused", (_, said, isBinary, problem) => {
  expect(() => decodeMessage("2.0.0", Buffer.from(said), isBinary)).toThrow(problem);
});
