import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { WebSocket } from "ws";
import type { Random } from "../random.ts";
import { connectSocketIo, wasCut } from "../socket-io-client.ts";
import { tally, type Count, type FuzzResult } from "./fuzz-result.ts";
import { mutated } from "./hostile.ts";
import { connectPacket, rawPacket } from "./raw-packets.ts";
import { complaintAboutAnswer } from "./refusal.ts";

/** Who guesses tokens is shut out by address, so these come from many, and what a proxy says is not always one. */
function forwarded(random: Random): Record<string, string> {
  const address = `203.0.113.${random.integer(0, 255)}`;
  return {
    "x-forwarded-for": random.chance(0.9) ? address : random.pick(["unknown", "::ffff:1.2.3.4", "1,,2", ","]),
  };
}

/** Sessions below Socket.IO: some are let in first, none says goodbye properly. */
export async function sendRawPackets(
  url: string,
  messages: number,
  random: Random,
  auth: object,
  count: Count,
): Promise<void> {
  const address = `${url.replace("http", "ws")}/socket.io/?EIO=4&transport=websocket`;
  for (let left = messages; left > 0;) {
    // Few: most of them end the connection, and what comes after that is not read.
    const size = Math.min(left, random.integer(1, 8));
    const socket = new WebSocket(address, { perMessageDeflate: false, headers: forwarded(random) });
    socket.on("error", () => {});
    await once(socket, "open");
    const connect = random.chance(0.7) ? connectPacket(random, auth) : undefined;
    if (connect !== undefined) {
      socket.send(connect);
      await once(socket, "message").catch(() => {});
      await sleep(2);
    }
    for (let sent = 0; sent < size; sent += 1) socket.send(rawPacket(random));
    await new Promise<void>((resolve) => {
      socket.once("close", () => resolve());
      setTimeout(resolve, random.integer(0, 5));
    });
    socket.terminate();
    left -= size;
    await count(size);
  }
}

/** Handshakes that are not quite right; who is let in all the same is sent away. */
export async function knock(
  url: string,
  auths: object[],
  messages: number,
  random: Random,
  result: FuzzResult,
  count: Count,
): Promise<void> {
  for (let left = messages; left > 0; left -= 1) {
    const namespace = random.pick(["/", "/worker", "/dashboard", "/stream", "/nowhere", "/__proto__"]);
    const auth = mutated(random.pick(auths), random);
    // What a client of Socket.IO can say in a handshake is an object.
    const asObject: Record<string, unknown> = typeof auth === "object" && auth !== null ? { ...auth } : {};
    const answer = await connectSocketIo(url, namespace, asObject, {
      transports: ["websocket"],
      extraHeaders: forwarded(random),
    });
    if (answer.ok) answer.value.close();
    else if (answer.fault.message === "Invalid namespace") tally(result, "AUTH_FAILED");
    // Too large to be looked at.
    else if (answer.fault.message === wasCut) tally(result, "cut");
    else {
      const complaint = complaintAboutAnswer(answer);
      if (complaint !== undefined) result.complaints.add(`handshake of ${namespace}: ${complaint}`);
      tally(result, answer.fault.code);
    }
    await count(1);
  }
}
