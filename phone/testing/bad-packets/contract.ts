import { afterAll, expect, test, vi } from "vitest";
import { maxPayload } from "../../adb/packet.ts";
import { badPackets } from "./all.ts";
import type { BadPacket, Outcome } from "./bad-packet.ts";
import { type Computer, type Line, makeComputer } from "./computer.ts";

/** Says every kind of bad packet to a phone, one connection each, and compares what it does. */
export function testBadPackets(
  connect: () => Promise<Line>,
  outcomeOf: (bad: BadPacket) => Outcome = ({ outcome }) => outcome,
): void {
  const computers: Computer[] = [];
  const meet = async () => {
    const computer = makeComputer(await connect());
    computers.push(computer);
    return computer;
  };
  // Only now: a real adbd may refuse a connection that comes while it takes others down.
  afterAll(() => {
    for (const computer of computers) computer.hangUp();
  });

  test.each(badPackets)("$kind", async (bad) => {
    const { features = "", most = maxPayload, greets = true } = bad;
    const outcome = outcomeOf(bad);
    const computer = await meet();
    const another = await meet();

    if (greets) await greet(computer, features, most);
    if (bad.opens !== undefined) await open(computer, bad.opens);
    computer.say(bad.says(computer.phoneId ?? 0));
    // More would be the rest that a phone waits for.
    if (outcome !== "waits") {
      if (!greets) computer.greet(features, most);
      computer.echo();
    }
    const expected = greets || typeof outcome === "string" ? outcome : [...outcome, "CNXN"];

    // Whatever it did to this computer, another one finds the phone as ever.
    await greet(another, "", maxPayload);
    another.echo();
    await vi.waitFor(() => expect(another.echoed).toBe("alive\n"), patience);
    await vi.waitFor(() => expect(computer.outcome).toEqual(expected), patience);
  });
}

async function greet(computer: Computer, features: string, most: number): Promise<void> {
  computer.greet(features, most);
  await vi.waitUntil(() => computer.transcript.includes("CNXN"), patience);
  computer.forget();
}

async function open(computer: Computer, destination: string): Promise<void> {
  computer.open(destination);
  await vi.waitUntil(() => computer.phoneId, patience);
  computer.forget();
}

const patience = { timeout: 4000, interval: 2 };
