import { afterEach, describe, expect, test, vi } from "vitest";
import type { PhoneModel } from "../../phone/model.ts";
import { makeDisplay } from "../../phone/screen/display.ts";
import { makeScrcpyServer } from "../../phone/scrcpy/server.ts";
import type { OpenSoundEncoder } from "../../phone/sound/sound-encoder.ts";
import { makeRigWith, type Rig } from "../../phone/testing/rig.ts";
import { connectTango } from "../../phone/testing/tango.ts";
import { startAdbSoundSession } from "../engine/sound/adb-sound-session.ts";
import { makeSound, type SoundPiece } from "../engine/sound/sound.ts";
import { encodeNothing } from "./testing/picture-codec.ts";

const rigs: Rig<ReturnType<typeof makeDisplay>>[] = [];
const endings: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0)) await end();
  for (const rig of rigs.splice(0)) rig.close();
});

const serverProgram = async () => Uint8Array.of(0x50, 0x4b, 3, 4);

async function listen(model: Partial<PhoneModel> = {}, encodeOpus?: OpenSoundEncoder) {
  const startScrcpy = makeScrcpyServer({ encode: encodeNothing, ...(encodeOpus && { encodeOpus }) });
  const rig = makeRigWith(makeDisplay, { model, startScrcpy });
  rigs.push(rig);
  const { transport } = await connectTango(rig.usb);
  const sent: SoundPiece[] = [];
  const problems: (string | undefined)[] = [];
  const sound = makeSound({
    link: { startSound: (wish) => startAdbSoundSession(transport, serverProgram, wish) },
    nowMs: () => performance.now(),
    send: (piece) => void sent.push(piece),
    onProblem: (detail) => void problems.push(detail),
  });
  endings.push(() => sound.close());
  sound.setWanted(true);
  return { rig, sound, sent, problems };
}

function isHeard({ parts: [data] }: SoundPiece): boolean {
  return data?.some((byte) => byte !== 0) === true;
}

const headOnly: OpenSoundEncoder = async ({ onHeader, onPiece }) => {
  onHeader(Uint8Array.of(1, 2, 3));
  return { push: (_, timestampUs) => onPiece(Uint8Array.of(4), timestampUs), close: () => undefined };
};

describe("[M33] a phone's sound", () => {
  test("is heard raw from a phone that cannot encode it, as soon as it sounds", async () => {
    const { rig, sent, problems } = await listen();
    await vi.waitFor(() => expect(sent.length).toBeGreaterThan(2));
    expect(sent[0]).toMatchObject({ kind: "sound-start", parts: [Uint8Array.of(2), new Uint8Array()] });
    expect(sent.slice(1).some(isHeard)).toBe(false);
    rig.display.launch("com.tabfarm.chimes");
    const { width, height } = rig.display.size;
    const place = { id: 0, x: width / 4, y: height / 2 };
    rig.display.pointer({ ...place, action: "down" });
    rig.display.pointer({ ...place, action: "up" });
    await vi.waitFor(() => expect(sent.slice(1).some(isHeard)).toBe(true));
    expect(problems.filter((each) => each !== undefined)).toEqual([]);
  });

  test("is heard as Opus from one that can", async () => {
    const { sent } = await listen({}, headOnly);
    await vi.waitFor(() => expect(sent.length).toBeGreaterThan(1));
    expect(sent[0]?.parts).toEqual([Uint8Array.of(1), Uint8Array.of(1, 2, 3)]);
    expect(sent[1]).toMatchObject({ kind: "sound", parts: [Uint8Array.of(4)] });
  });

  test("is missed for the phone's own reason before Android 11", async () => {
    const { sent, problems } = await listen({ sdk: 29, androidVersion: "10" });
    await vi.waitFor(() =>
      expect(problems.at(-1)).toBe("Audio disabled: it is not supported before Android 11"),
    );
    expect(sent).toEqual([]);
  });
});
