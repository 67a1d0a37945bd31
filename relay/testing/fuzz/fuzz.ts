import { contract } from "../../../protocol/contract.ts";
import { makeRandom, type Random } from "../random.ts";
import { testTokens } from "../test-farm.ts";
import type { FuzzResult } from "./fuzz-result.ts";
import { knock, sendRawPackets } from "./gate-crashing.ts";
import { openHonestClients } from "./honest-clients.ts";
import { talkMediaNonsense } from "./media-nonsense.ts";
import { pcIds, talkNonsense, type Persona } from "./nonsense.ts";

export interface FuzzNeeds {
  url: string;
  seed: number;
  messages: number;
  /** Called some twenty times, with the share of the messages that are sent. */
  onProgress?: (share: number) => Promise<void>;
}

const dashboardAuth = { type: "dashboard", token: testTokens.dashboard };

const workerAuth = (pc_id: string) => ({ type: "worker", token: testTokens.worker, pc_id });
const personas: Persona[] = [
  ...pcIds.map((pcId) => ({
    namespace: "/worker",
    auth: workerAuth(pcId),
    events: contract["/worker"].toRelay,
  })),
  ...pcIds.map((pcId) => ({
    namespace: "/stream",
    auth: workerAuth(pcId),
    events: contract["/stream"].workerToRelay,
  })),
  ...pcIds.map(() => ({
    namespace: "/dashboard",
    auth: dashboardAuth,
    events: contract["/dashboard"].toRelay,
  })),
  ...pcIds.map(() => ({
    namespace: "/stream",
    auth: dashboardAuth,
    events: contract["/stream"].dashboardToRelay,
  })),
];

/** Talks nonsense to a relay on every namespace and on `/media`, let in and not, above Socket.IO and below it. */
export async function fuzz({ url, seed, messages, onProgress }: FuzzNeeds): Promise<FuzzResult> {
  const result: FuzzResult = { sent: 0, answered: 0, outcomes: new Map(), complaints: new Set() };
  const progressEvery = Math.max(1, Math.floor(messages / 20));
  let progress = 0;

  async function count(sent: number): Promise<void> {
    result.sent += sent;
    if (result.sent < (progress + 1) * progressEvery) return;
    progress = Math.floor(result.sent / progressEvery);
    await onProgress?.(result.sent / messages);
  }

  // Each has chance of its own, so that what it says does not depend on how fast the others are.
  let lastSeed = seed;
  const ownRandom = (): Random => makeRandom((lastSeed += 1));
  const share = (part: number): number => Math.ceil(messages * part);
  const honest = openHonestClients(url, result);
  await honest.proveService();
  await Promise.all([
    ...personas.map((each) =>
      talkNonsense(url, each, share(0.6 / personas.length), ownRandom(), result, count),
    ),
    ...pcIds.map(() => sendRawPackets(url, share(0.22 / pcIds.length), ownRandom(), dashboardAuth, count)),
    talkMediaNonsense(url, share(0.15), ownRandom(), result, count),
    knock(url, [dashboardAuth, workerAuth("fuzz-9")], share(0.03), ownRandom(), result, count),
  ]);
  await honest.proveService();
  honest.close();
  return result;
}
