import { createServer } from "node:http";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { fail, succeed } from "../../protocol/fault.ts";
import { eventually } from "../testing/eventually.ts";
import { makeManualClock } from "../testing/manual-clock.ts";
import { connectSocketIo } from "../testing/socket-io-client.ts";
import type { Gate, Wire, Wires } from "../wire.ts";
import { makeSocketIoWires } from "./socket-io-wires.ts";

const worker = { kind: "worker", pcId: "pc-1", actor: "worker pc-1" } as const;
const join = '40/worker,{"token":"';
let wires: Wires;
let url: string;
const admit = vi.fn<Gate["admit"]>();
const heard = vi.fn<(event: string, payload: unknown) => void>();

beforeEach(async () => {
  const http = createServer();
  wires = makeSocketIoWires(http, { clock: makeManualClock() });
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  const address = http.address();
  url = `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`;
  admit.mockReset().mockResolvedValue(fail("AUTH_FAILED", "only asked"));
  heard.mockReset();
  wires.open({ admit, connect: (wire: Wire) => wire.onEvent(heard) });
});

afterEach(() => wires.close());

function letIn(kind: "worker" | "dashboard"): void {
  admit.mockResolvedValue(
    succeed(
      kind === "worker"
        ? { ...worker, isTakingOver: false, remembersCommands: false, takesControl: false, sendsVideo: false }
        : { kind, actor: "tester", role: "viewer" },
    ),
  );
}

/** An Engine.IO connection that says what a Socket.IO client would not. */
async function openRaw(): Promise<{ send(text: string): void; isClosed(): boolean }> {
  const socket = new WebSocket(`${url.replace("http", "ws")}/socket.io/?EIO=4&transport=websocket`);
  await new Promise((resolve) => socket.addEventListener("message", resolve, { once: true }));
  return { send: (text) => socket.send(text), isClosed: () => socket.readyState === socket.CLOSED };
}

async function openPolling(): Promise<(body: string) => Promise<void>> {
  const at = `${url}/socket.io/?EIO=4&transport=polling`;
  const opened = await (await fetch(at)).text();
  const sid = /"sid":"([^"]+)"/.exec(opened)?.[1];
  return async (body) => {
    await fetch(`${at}&sid=${sid}`, { method: "POST", body }).catch(() => undefined);
  };
}

describe("[T9] who was not let in yet is cut, unread, for", () => {
  test.each([
    ["a message of more than 400 kB", [`${join}${"x".repeat(400_000)}"}`]],
    ["JSON that is costly to parse", [`40/worker,${"[".repeat(3000)}`]],
  ])("%s", async (_, messages) => {
    const raw = await openRaw();
    for (const message of messages) raw.send(message);
    await eventually(() => expect(raw.isClosed()).toBe(true));
    expect(admit).not.toHaveBeenCalled();
  });

  test("more than 20 attempts on one connection", async () => {
    const raw = await openRaw();
    for (let count = 0; count < 30; count += 1) raw.send(`${join}guess ${count}"}`);
    await eventually(() => expect(raw.isClosed()).toBe(true));
    expect(admit).toHaveBeenCalledTimes(20);
  });

  test.each([
    ["a request of more than 400 kB", `${join}${"x".repeat(400_000)}"}`],
    [
      "a request of more than a thousand packets",
      [...Array.from({ length: 1000 }, () => "3"), `${join}x"}`].join("\u001E"),
    ],
  ])("%s, by polling", async (_, body) => {
    const post = await openPolling();
    await post(body);
    expect(admit).not.toHaveBeenCalled();
    // As a control: the same token on a connection that did nothing wrong.
    const other = await openPolling();
    await other(`${join}x"}`);
    expect(admit).toHaveBeenCalledTimes(1);
  });
});

describe("[T9] who was let in", () => {
  test.each([[["websocket"]], [["polling"]], [["polling", "websocket"]]])(
    "sends 10 MB as a worker over %j",
    async (transports) => {
      letIn("worker");
      const joined = await connectSocketIo(url, "/worker", {}, { transports });
      if (!joined.ok) throw new Error(joined.fault.message);
      joined.value.send("command:ack", "x".repeat(10_000_000));
      await eventually(() => expect(heard).toHaveBeenCalledTimes(1));
      joined.value.close();
    },
  );

  test("is cut for more than 1.2 MB as a dashboard", async () => {
    letIn("dashboard");
    const joined = await connectSocketIo(url, "/dashboard", {}, { transports: ["websocket"] });
    if (!joined.ok) throw new Error(joined.fault.message);
    joined.value.send("command:send", "x".repeat(1_100_000));
    await eventually(() => expect(heard).toHaveBeenCalledTimes(1));
    joined.value.send("command:send", "x".repeat(1_200_000));
    await eventually(() => expect(joined.value.isClosed()).toBe(true));
    expect(heard).toHaveBeenCalledTimes(1);
  });
});
