import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { makeSound, type SoundPiece } from "./sound.ts";
import { NoSoundError, type SoundCodec, type SoundWish } from "./sound-session.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

interface FakeSession {
  wish: SoundWish;
  isClosed: boolean;
  end(lastWords: string): void;
}

function makeRig(refuses: readonly SoundCodec[] = []) {
  const sessions: FakeSession[] = [];
  const asked: SoundCodec[] = [];
  const sent: SoundPiece[] = [];
  const problems: (string | undefined)[] = [];
  const sound = makeSound({
    link: {
      startSound: async (wish) => {
        asked.push(wish.codec);
        if (refuses.includes(wish.codec)) throw new NoSoundError(`no ${wish.codec}`);
        const ended = Promise.withResolvers<string>();
        const session: FakeSession = { wish, isClosed: false, end: ended.resolve };
        sessions.push(session);
        return {
          ended: ended.promise,
          close: async () => {
            session.isClosed = true;
          },
        };
      },
    },
    nowMs: () => 5,
    send: (piece) => void sent.push(piece),
    onProblem: (detail) => void problems.push(detail),
  });
  return { sound, sessions, asked, sent, problems, settle: () => vi.advanceTimersByTimeAsync(0) };
}

describe("[M33] the sound of a device", () => {
  test("begins with what a decoder must know, and has the device's time", async () => {
    const { sound, sessions, sent, settle } = makeRig();
    sound.setWanted(true);
    await settle();
    sessions[0]?.wish.onStart(Uint8Array.of(7, 8));
    sessions[0]?.wish.onPiece(Uint8Array.of(9), 1234);
    expect(sent).toEqual([
      { kind: "sound-start", deviceUs: 0, takenMs: 5, parts: [Uint8Array.of(1), Uint8Array.of(7, 8)] },
      { kind: "sound", deviceUs: 1234, takenMs: 5, parts: [Uint8Array.of(9)] },
    ]);
  });

  test("is raw where there is no encoder for Opus", async () => {
    const { sound, sessions, asked, sent, problems, settle } = makeRig(["opus"]);
    sound.setWanted(true);
    await settle();
    sessions[0]?.wish.onStart(new Uint8Array());
    expect(asked).toEqual(["opus", "raw"]);
    expect(sent[0]?.parts[0]).toEqual(Uint8Array.of(2));
    expect(problems.filter((each) => each !== undefined)).toEqual([]);
  });

  test("is missed with the device's reason where there is none, and seldom asked for again", async () => {
    const { sound, asked, problems, settle } = makeRig(["opus", "raw"]);
    sound.setWanted(true);
    await settle();
    expect(problems).toEqual(["no raw"]);
    await vi.advanceTimersByTimeAsync(59_000);
    expect(asked).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(61_000);
    expect(asked).toHaveLength(4);
    sound.setWanted(false);
    expect(problems.at(-1)).toBeUndefined();
  });

  test("ends some seconds after the last listener, and goes on for one who is back before", async () => {
    const { sound, sessions, settle } = makeRig();
    sound.setWanted(true);
    await settle();
    sound.setWanted(false);
    await vi.advanceTimersByTimeAsync(2000);
    sound.setWanted(true);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(sessions).toHaveLength(1);
    expect(sessions[0]?.isClosed).toBe(false);
    sound.setWanted(false);
    await vi.advanceTimersByTimeAsync(3000);
    expect(sessions[0]?.isClosed).toBe(true);
  });

  test("begins anew when its server ends, ever more seldom when it does so at once", async () => {
    const { sound, sessions, problems } = makeRig();
    sound.setWanted(true);
    for (const waitMs of [1000, 2000, 4000]) {
      await vi.advanceTimersByTimeAsync(0);
      sessions.at(-1)?.end("Killed");
      await vi.advanceTimersByTimeAsync(waitMs - 100);
      const before = sessions.length;
      await vi.advanceTimersByTimeAsync(100);
      expect(sessions).toHaveLength(before + 1);
    }
    expect(problems).toEqual(["Killed", "Killed", "Killed"]);
    expect(sessions.slice(0, -1).every(({ isClosed }) => isClosed)).toBe(true);
  });

  test("is let go of with the device, also while it only starts", async () => {
    const { sound, sessions, settle } = makeRig();
    sound.setWanted(true);
    const closed = sound.close();
    await settle();
    await closed;
    expect(sessions.every(({ isClosed }) => isClosed)).toBe(true);
    sound.setWanted(true);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(sessions).toHaveLength(1);
  });
});
