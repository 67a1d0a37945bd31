import { expect, test } from "vitest";
import { makeEncoderLadder, type EncoderLadder } from "./encoder-ladder.ts";

const encoders = ["c2.qti.avc.encoder", "c2.android.avc.encoder", "OMX.google.h264.encoder"];

function words(ladder: EncoderLadder): string {
  const rung = ladder.rung();
  return rung.kind === "video" ? `${rung.encoder ?? "default"} × ${rung.sizeStep}` : rung.kind;
}

async function climb(ladder: EncoderLadder, until = "screencap"): Promise<string[]> {
  const seen = [words(ladder)];
  while (seen.at(-1) !== until) {
    ladder.failed();
    await ladder.settle();
    seen.push(words(ladder));
  }
  return seen;
}

test("[M34] smaller pictures, then the other encoders, then single pictures", async () => {
  const ladder = makeEncoderLadder({ listEncoders: async () => encoders });
  expect(await climb(ladder)).toEqual([
    "default × 1",
    "default × 0.75",
    "default × 0.5",
    "default × 0.35",
    "c2.android.avc.encoder × 1",
    "c2.android.avc.encoder × 0.5",
    "OMX.google.h264.encoder × 1",
    "OMX.google.h264.encoder × 0.5",
    "screencap",
  ]);
  ladder.failed();
  await ladder.settle();
  expect(words(ladder)).toBe("screencap");
});

test("[M34] the encoder that worked is the first one from then on, at the full size", async () => {
  const ladder = makeEncoderLadder({ listEncoders: async () => encoders });
  await climb(ladder, "c2.android.avc.encoder × 0.5");
  ladder.worked();
  expect(words(ladder)).toBe("c2.android.avc.encoder × 0.5");
  ladder.restart();
  expect((await climb(ladder)).filter((each) => each.endsWith("× 1"))).toEqual([
    "c2.android.avc.encoder × 1",
    "default × 1",
    "OMX.google.h264.encoder × 1",
  ]);
});

test("[M34] the encoders are asked for only when they are needed, and a phone that does not tell has no others", async () => {
  let asked = 0;
  const listEncoders = async (): Promise<string[]> => {
    asked += 1;
    throw new Error("no answer");
  };
  const ladder = makeEncoderLadder({ listEncoders });
  await climb(ladder, "default × 0.35");
  expect(asked).toBe(0);
  ladder.failed();
  await ladder.settle();
  expect(words(ladder)).toBe("screencap");
  expect(asked).toBe(1);
});
