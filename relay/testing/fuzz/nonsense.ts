import { setTimeout as sleep } from "node:timers/promises";
import type * as v from "valibot";
import { deviceIdOf } from "../../../protocol/device-id.ts";
import type { Random } from "../random.ts";
import { openSimulatedSocket, type SimulatedSocket } from "../simulated-socket.ts";
import { answerLimitMs, codeOf, tally, type Count, type FuzzResult } from "./fuzz-result.ts";
import { honestDeviceIds } from "./honest-clients.ts";
import { hostile, mutated, strangeEvents } from "./hostile.ts";
import { complaintAboutAnswer, complaintAboutError } from "./refusal.ts";
import { sample, type Known } from "./sample.ts";

/** One of those who are let in and then talk nonsense. */
export interface Persona {
  namespace: string;
  auth: Record<string, unknown>;
  events: Record<string, v.GenericSchema>;
}

const serialNumbers = Array.from({ length: 8 }, (_, at) => `fuzz-phone-${at}`);
export const pcIds = ["fuzz-0", "fuzz-1", "fuzz-2", "fuzz-3"];
const known: Known = {
  serialNumbers,
  pcIds,
  deviceIds: [...serialNumbers.map(deviceIdOf), ...honestDeviceIds],
};
/** Says so many messages, some of them right, most nearly so, and looks at every answer. */
export async function talkNonsense(
  url: string,
  { namespace, auth, events }: Persona,
  messages: number,
  random: Random,
  result: FuzzResult,
  count: Count,
): Promise<void> {
  // From an address of its own: nobody who guesses tokens comes from there.
  const address = `198.51.100.${random.integer(1, 254)}`;
  const connection = openSimulatedSocket(url + namespace, auth, { "x-forwarded-for": address });
  let refusal = "";
  connection.socket.on("connect_error", ({ message }) => (refusal = message));
  connection.socket.on("error", (error: unknown) => {
    const complaint = complaintAboutError(error);
    if (complaint !== undefined) result.complaints.add(`${namespace} error: ${complaint}`);
    tally(result, codeOf(error));
  });
  try {
    for (let left = messages; left > 0;) {
      const size = Math.min(left, random.integer(1, 60));
      if (!(await isLetIn(connection))) {
        result.complaints.add(`${namespace} lets nobody in any more: ${refusal}`);
        return;
      }
      const answers = Array.from({ length: size }, () =>
        sayOne(connection, namespace, events, random, result),
      );
      await Promise.all(answers);
      left -= size;
      await count(size);
    }
  } finally {
    connection.close();
  }
}

async function isLetIn({ socket }: SimulatedSocket): Promise<boolean> {
  const deadlineMs = performance.now() + answerLimitMs;
  while (!socket.connected && performance.now() < deadlineMs) await sleep(10);
  return socket.connected;
}

/** Sends one message; resolves when it is answered, or at once when it asks for no answer. */
async function sayOne(
  { socket }: SimulatedSocket,
  namespace: string,
  events: Record<string, v.GenericSchema>,
  random: Random,
  result: FuzzResult,
): Promise<void> {
  const [event, payload] = message(events, random);
  const args = random.chance(0.03) ? [payload, hostile(random), hostile(random)] : [payload];
  if (random.chance(0.03)) args.length = 0;
  if (random.chance(0.3)) {
    socket.emit(event, ...args);
    return;
  }
  const answer = await new Promise<unknown>((resolve) => {
    const limit = setTimeout(() => {
      result.complaints.add(`${namespace} ${event.slice(0, 40)} was not answered`);
      resolve({ ok: true });
    }, answerLimitMs);
    const settle = (given: unknown): void => {
      clearTimeout(limit);
      socket.off("disconnect", lost);
      resolve(given);
    };
    const lost = (): void => settle(undefined);
    socket.on("disconnect", lost);
    socket.emit(event, ...args, settle);
  });
  // Its connection was closed, as it deserved.
  if (answer === undefined) return;
  result.answered += 1;
  const complaint = complaintAboutAnswer(answer);
  if (complaint !== undefined) result.complaints.add(`${namespace} ${event.slice(0, 40)}: ${complaint}`);
  tally(result, codeOf(answer));
}

function message(events: Record<string, v.GenericSchema>, random: Random): [string, unknown] {
  if (random.chance(0.05)) return [random.pick(strangeEvents) ?? "", hostile(random)];
  const [event = "", schema] = random.pick(Object.entries(events)) ?? [];
  if (schema === undefined || random.chance(0.1)) return [event, hostile(random)];
  const valid = sample(schema, random, known);
  return [event, random.chance(0.4) ? valid : mutated(valid, random)];
}
