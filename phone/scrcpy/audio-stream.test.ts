import { afterEach, expect, it } from "vitest";
import type { OpenSoundEncoder } from "../sound/sound-encoder.ts";
import { endServers, forTango, startServer } from "../testing/scrcpy.ts";

afterEach(endServers);

type Server = ReturnType<typeof startServer>;

/** The client's own reading of the audio socket. */
async function readAudio(server: Server, index = 0) {
  const metadata = await server.options.parseAudioStreamMetadata(forTango(await server.socket(index)));
  if (metadata.type !== "success") return { metadata, next: undefined };
  const packets = metadata.stream.pipeThrough(server.options.createMediaStreamTransformer()).getReader();
  const next = async () => {
    const { value } = await packets.read();
    if (value === undefined) throw new Error("the stream ended");
    return value;
  };
  return { metadata, next };
}

const soundOnly = { video: false, control: false, sendDeviceMeta: false } as const;

/** Says how much came instead of encoding it. */
const countInstead: OpenSoundEncoder = async ({ onHeader, onPiece }) => {
  onHeader(new TextEncoder().encode("OpusHead"));
  return {
    push: (samples, timestampUs) => onPiece(Uint8Array.of(samples.length / 256), timestampUs),
    close: () => undefined,
  };
};

it("sends what plays on the phone as blocks of 1024 frames, in time, also while nothing plays", async () => {
  const server = startServer({ ...soundOnly, audioCodec: "raw" });
  const { metadata, next } = await readAudio(server);
  if (next === undefined) throw new Error("no sound");
  expect(metadata).toMatchObject({ codec: { optionValue: "raw" } });
  const silence = await next();
  expect(silence.data.every((byte) => byte === 0)).toBe(true);
  server.display.speaker.play({ frequency: 440, durationMs: 1000, loudness: 1 }, Date.now());
  let last = await next();
  while (last.data.every((byte) => byte === 0)) last = await next();
  const following = await next();
  expect(last.data).toHaveLength(1024 * 2 * 2);
  if (last.type !== "data" || following.type !== "data") throw new Error("a configuration of raw sound");
  expect(Number((following.pts ?? 0n) - (last.pts ?? 0n))).toBeGreaterThanOrEqual(21_333);
});

it("sends Opus after what a decoder must know of it", async () => {
  const server = startServer(soundOnly, [], { encodeOpus: countInstead });
  const { metadata, next } = await readAudio(server);
  if (next === undefined) throw new Error("no sound");
  expect(metadata).toMatchObject({ codec: { optionValue: "opus" } });
  expect(await next()).toMatchObject({ type: "configuration", data: new TextEncoder().encode("OpusHead") });
  expect(await next()).toMatchObject({ type: "data", data: Uint8Array.of(8) });
});

it("has no sound before Android 11, and mirrors on", async () => {
  const server = startServer({ audioCodec: "raw" }, [], { sdk: 29 });
  const { metadata } = await readAudio(server, 1);
  expect(metadata).toEqual({ type: "disabled" });
  expect(server.printed()).toContain("[server] WARN: Audio disabled: it is not supported before Android 11");
  server.stop.abort();
});

it("has no sound in a codec it cannot encode", async () => {
  const server = startServer({ ...soundOnly, audioCodec: "aac" }, [], { encodeOpus: countInstead });
  expect((await readAudio(server)).metadata).toEqual({ type: "disabled" });
  expect(server.printed()).toContain(
    "Could not create default audio encoder for aac\nList of audio encoders:",
  );
  expect(await server.exited).toBe(0);
});

it("ends when it is asked for an encoder of sound that there is not", async () => {
  const server = startServer({ audioEncoder: "c2.nobody.opus" }, [], { encodeOpus: countInstead });
  expect((await readAudio(server, 1)).metadata).toEqual({ type: "errored" });
  expect(await server.exited).toBe(0);
});
