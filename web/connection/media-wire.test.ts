import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { writeReceipt } from "../../protocol/media-connection.ts";
import { makeMediaWire, type MediaWire } from "./media-wire.ts";

class FakeWebSocket extends EventTarget {
  static newest: FakeWebSocket | undefined;
  binaryType = "";
  readonly sent: (string | Uint8Array)[] = [];
  readonly url: string;
  constructor(url: string) {
    super();
    this.url = url;
    FakeWebSocket.newest = this;
  }
  send(data: string | Uint8Array): void {
    this.sent.push(typeof data === "string" ? data : data.slice());
  }
  close(): void {
    this.end(1000);
  }
  end(code: number): void {
    this.dispatchEvent(Object.assign(new Event("close"), { code }));
  }
  say(data: unknown): void {
    this.dispatchEvent(new MessageEvent("message", { data }));
  }
}

const auth = { type: "dashboard", token: "secret" } as const;
let wire: MediaWire;
let socket: FakeWebSocket;
const heard: unknown[][] = [];

beforeEach(() => {
  heard.length = 0;
  wire = makeMediaWire({
    url: "https://farm.example",
    auth: () => auth,
    WebSocket: FakeWebSocket as unknown as typeof WebSocket,
  });
  for (const event of ["connect", "disconnect", "connect_error", "error", "stream:status"]) {
    wire.on(event, (...args) => heard.push([event, ...args]));
  }
  wire.connect();
  socket = FakeWebSocket.newest as FakeWebSocket;
  socket.dispatchEvent(new Event("open"));
});
afterEach(() => wire.disconnect());

function welcome(): void {
  socket.say(JSON.stringify({ event: "welcome", payload: {} }));
}

test("its first message is the handshake, and no address has a secret", () => {
  expect(socket.url).toBe("wss://farm.example/media");
  expect(socket.sent.map((each) => JSON.parse(String(each)) as unknown)).toEqual([
    { event: "auth", payload: auth },
  ]);
});

test("it is connected when it is welcome, and hears events and answers", async () => {
  expect(wire.connected).toBe(false);
  welcome();
  expect(wire.connected).toBe(true);
  const answered = new Promise((resolve) => {
    wire.emit("stream:stop", { device_id: "x" }, resolve);
  });
  const asked = JSON.parse(String(socket.sent.at(-1))) as { id: number };
  socket.say(JSON.stringify({ answer: asked.id, result: { ok: true } }));
  expect(await answered).toEqual({ ok: true });
  socket.say(JSON.stringify({ event: "stream:status", payload: { a: 1 } }));
  expect(heard).toEqual([["connect"], ["stream:status", { a: 1 }]]);
});

test("a refusal is a connect_error with the fault, and comes once", () => {
  const fault = { code: "AUTH_FAILED", message: "no" };
  socket.say(JSON.stringify({ event: "error", payload: fault }));
  socket.end(4000);
  expect(heard).toEqual([["connect_error", expect.objectContaining({ message: "no", data: fault })]]);
});

test("that the relay ended it is told apart from a cut", () => {
  welcome();
  socket.end(4000);
  wire.connect();
  socket = FakeWebSocket.newest as FakeWebSocket;
  socket.dispatchEvent(new Event("open"));
  welcome();
  socket.end(1006);
  expect(heard.filter(([event]) => event === "disconnect")).toEqual([
    ["disconnect", "io server disconnect"],
    ["disconnect", "transport close"],
  ]);
});

test("it acknowledges every 128 kB, and knows what the relay has not received", () => {
  const onPacket = vi.fn<(packet: Uint8Array) => void>();
  wire.onPacket(onPacket);
  welcome();
  const before = socket.sent.length;
  socket.say(new Uint8Array(70_000).buffer);
  expect(socket.sent.length).toBe(before);
  socket.say(new Uint8Array(70_000).buffer);
  expect(socket.sent.slice(before)).toEqual([writeReceipt(140_000)]);
  expect(onPacket).toHaveBeenCalledTimes(2);
  expect(wire.sendPacket(new Uint8Array(1000))).toBe(true);
  expect(wire.unreceivedBytes()).toBe(1000);
  socket.say(writeReceipt(600).buffer);
  expect(wire.unreceivedBytes()).toBe(400);
});

test("what is no message of ours changes nothing", () => {
  welcome();
  for (const text of ["", "{", "[]", "7", '{"event":7}', '{"answer":"x"}']) socket.say(text);
  expect(wire.connected).toBe(true);
  expect(heard).toEqual([["connect"]]);
});
