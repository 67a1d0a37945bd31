import { once } from "node:events";
import { WebSocket } from "ws";
import { contract } from "../../../protocol/contract.ts";
import { deviceIdOf } from "../../../protocol/device-id.ts";
import { mediaPath, mediaSubprotocol, writeReceipt } from "../../../protocol/media-connection.ts";
import { headerBytes, mediaKinds } from "../../../protocol/media-packet.ts";
import type { Random } from "../random.ts";
import { samplePacket } from "../sample-packet.ts";
import { openSimulatedWorker } from "../simulated-worker.ts";
import { testTokens } from "../test-farm.ts";
import { codeOf, tally, type Count, type FuzzResult } from "./fuzz-result.ts";
import { hostile, mutated, strangeEvents } from "./hostile.ts";
import { complaintAboutAnswer, complaintAboutError } from "./refusal.ts";
import { sample, type Known } from "./sample.ts";

const pcId = "fuzz-media";
const devices = 4;
const serialNumbers = Array.from({ length: devices }, (_, at) => `${pcId}-phone-${at}`);
const known: Known = { serialNumbers, pcIds: [pcId], deviceIds: serialNumbers.map(deviceIdOf) };
const { workerToRelay, dashboardToRelay } = contract["/stream"];
const personas = [
  {
    auth: { type: "worker", token: testTokens.worker, pc_id: pcId, sends_video: true },
    events: workerToRelay,
  },
  { auth: { type: "dashboard", token: testTokens.dashboard }, events: dashboardToRelay },
];

/** Nonsense on `/media`, in text and in bytes, from a worker that has devices and from dashboards that watch them. */
export async function talkMediaNonsense(
  url: string,
  messages: number,
  random: Random,
  result: FuzzResult,
  count: Count,
): Promise<void> {
  const presence = openSimulatedWorker({ url, token: testTokens.worker, pcId, devices });
  try {
    for (let left = messages; left > 0;) {
      const size = Math.min(left, random.integer(1, 60));
      await holdSession(url, size, random, result);
      left -= size;
      await count(size);
    }
  } finally {
    presence.close();
  }
}

/** One connection: most are let in, and none says goodbye properly. */
async function holdSession(url: string, messages: number, random: Random, result: FuzzResult): Promise<void> {
  const socket = new WebSocket(url.replace("http", "ws") + mediaPath, mediaSubprotocol, {
    perMessageDeflate: false,
    headers: { "x-forwarded-for": `203.0.113.${random.integer(0, 255)}` },
  });
  socket.on("error", () => {});
  socket.on("message", (data: Buffer, isBinary: boolean) => {
    if (!isBinary) judge(data.toString(), result);
  });
  await once(socket, "open");
  const persona = random.pick(personas);
  if (persona === undefined) return;
  const auth = random.chance(0.8) ? persona.auth : mutated(persona.auth, random);
  socket.send(random.chance(0.95) ? JSON.stringify({ event: "auth", payload: auth }) : nonsenseText(random));
  await Promise.race([once(socket, "message"), once(socket, "close")]).catch(() => {});
  for (let sent = 0; sent < messages && socket.readyState === socket.OPEN; sent += 1) {
    socket.send(random.chance(0.5) ? packet(random) : eventText(persona.events, random));
  }
  // What was sent is read by then, or the connection is gone.
  socket.ping();
  await Promise.race([once(socket, "pong"), once(socket, "close")]).catch(() => {});
  socket.terminate();
}

function judge(text: string, result: FuzzResult): void {
  const message = JSON.parse(text);
  if ("answer" in message) {
    result.answered += 1;
    complain(complaintAboutAnswer(message.result), result);
    tally(result, codeOf(message.result));
  } else if (message.event === "error") {
    complain(complaintAboutError(message.payload), result);
    tally(result, codeOf(message.payload));
  }
}

function complain(complaint: string | undefined, result: FuzzResult): void {
  if (complaint !== undefined) result.complaints.add(`/media: ${complaint}`);
}

function packet(random: Random): Uint8Array {
  if (random.chance(0.1)) return Buffer.alloc(random.integer(0, 3000), random.integer(0, 255));
  if (random.chance(0.05)) return writeReceipt(random.integer(0, 2 ** 32 - 1));
  const header = {
    kind: random.pick([...mediaKinds]) ?? "key",
    deviceId: random.pick(known.deviceIds) ?? "",
    sequence: random.integer(0, 3),
  };
  const whole = samplePacket(header, random.chance(0.02) ? 300_000 : random.integer(0, 2000));
  const scratches = random.chance(0.7) ? 0 : random.integer(1, 6);
  for (let scratch = 0; scratch < scratches; scratch += 1) {
    whole[random.integer(0, headerBytes - 1)] = random.integer(0, 255);
  }
  return whole.subarray(0, random.chance(0.05) ? random.integer(0, whole.length) : whole.length);
}

function eventText(events: typeof workerToRelay | typeof dashboardToRelay, random: Random): string {
  if (random.chance(0.1)) return nonsenseText(random);
  const [event = "", schema] = random.pick(Object.entries(events)) ?? [];
  const payload = schema === undefined ? undefined : sample(schema, random, known);
  const id = random.pick<unknown>([undefined, random.integer(0, 99), -1, "1"]);
  const message = { event, payload: random.chance(0.5) ? payload : mutated(payload, random), id };
  return JSON.stringify(random.chance(0.9) ? message : mutated(message, random)) ?? "";
}

function nonsenseText(random: Random): string {
  const text =
    JSON.stringify(random.chance(0.5) ? hostile(random) : { event: random.pick(strangeEvents) }) ?? "";
  return random.chance(0.5) ? text : text.slice(0, random.integer(0, text.length));
}
