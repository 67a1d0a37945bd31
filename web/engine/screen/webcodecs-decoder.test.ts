import { describe, expect, test } from "vitest";
import type { Picture } from "./picture.ts";
import type { VideoPacket } from "./scrcpy-session.ts";
import type { Codecs } from "../../video/lasting-decoder.ts";
import { makeWebCodecsDecoder } from "./webcodecs-decoder.ts";

interface FakeChunk {
  type: string;
  timestamp: number;
  data: Uint8Array;
}

class FakeDecoder {
  static built: FakeDecoder[] = [];
  state = "unconfigured";
  config: unknown;
  readonly chunks: FakeChunk[] = [];
  readonly init: { output(frame: object): void; error(error: Error): void };

  constructor(init: FakeDecoder["init"]) {
    this.init = init;
    FakeDecoder.built.push(this);
  }
  configure(config: unknown): void {
    this.config = config;
    this.state = "configured";
  }
  decode(chunk: FakeChunk): void {
    this.chunks.push(chunk);
  }
  close(): void {
    this.state = "closed";
  }
  /** As Chrome does after a bad slice, or when it wants an idle decoder back. */
  die(name: string): void {
    this.state = "closed";
    this.init.error(new DOMException("taken away", name));
  }
}

class Chunk implements FakeChunk {
  readonly type: string;
  readonly timestamp: number;
  readonly data: Uint8Array;
  constructor(init: FakeChunk) {
    this.type = init.type;
    this.timestamp = init.timestamp;
    this.data = init.data;
  }
}

function makeRig() {
  FakeDecoder.built = [];
  const pictures: Picture[] = [];
  let keyFrameRequests = 0;
  const codecs: unknown = { VideoDecoder: FakeDecoder, EncodedVideoChunk: Chunk };
  // The fakes have just what is used of WebCodecs.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const decoder = makeWebCodecsDecoder(codecs as Codecs)({
    onPicture: (picture) => void pictures.push(picture),
    onKeyFrameNeeded: () => void (keyFrameRequests += 1),
  });
  return { decoder, pictures, keyFrameRequests: () => keyFrameRequests, built: FakeDecoder.built };
}

const configuration: VideoPacket = {
  type: "configuration",
  data: Uint8Array.of(0, 0, 0, 1, 0x67),
  size: { width: 240, height: 536 },
  codec: "avc1.42c01e",
};
const key: VideoPacket = {
  type: "picture",
  data: Uint8Array.of(0, 0, 0, 1, 0x65),
  isKeyFrame: true,
  timestampUs: 1,
};
const delta: VideoPacket = {
  type: "picture",
  data: Uint8Array.of(0, 0, 0, 1, 0x41),
  isKeyFrame: false,
  timestampUs: 2,
};

describe("the decoder", () => {
  test("gets the configuration in front of the key frame, and deltas as they are", () => {
    const { decoder, built } = makeRig();
    for (const packet of [configuration, key, delta]) decoder.push(packet);
    expect(built).toHaveLength(1);
    expect(built[0]?.config).toEqual({
      codec: "avc1.42c01e",
      optimizeForLatency: true,
      hardwareAcceleration: "prefer-software",
    });
    expect(built[0]?.chunks).toEqual([
      { type: "key", timestamp: 1, data: Uint8Array.of(0, 0, 0, 1, 0x67, 0, 0, 0, 1, 0x65) },
      { type: "delta", timestamp: 2, data: Uint8Array.of(0, 0, 0, 1, 0x41) },
    ]);
  });

  test("gets nothing before the first key frame, which is asked for once", () => {
    const { decoder, built, keyFrameRequests } = makeRig();
    for (const packet of [delta, configuration, delta, delta]) decoder.push(packet);
    expect(built).toHaveLength(0);
    expect(keyFrameRequests()).toBe(1);
  });

  test.each(["EncodingError", "QuotaExceededError"])(
    "is built anew after %s, at the next key frame",
    (name) => {
      const { decoder, built, keyFrameRequests } = makeRig();
      for (const packet of [configuration, key, delta]) decoder.push(packet);
      built[0]?.die(name);
      decoder.push(delta);
      expect(built).toHaveLength(1);
      expect(keyFrameRequests()).toBe(1);
      decoder.push(key);
      decoder.push(delta);
      expect(built).toHaveLength(2);
      expect(built[1]?.chunks.map(({ type }) => type)).toEqual(["key", "delta"]);
    },
  );

  test("asks for a key frame at once after a bad slice, since a still screen sends nothing more", () => {
    const { decoder, built, keyFrameRequests } = makeRig();
    for (const packet of [configuration, key, delta]) decoder.push(packet);
    built[0]?.die("EncodingError");
    expect(keyFrameRequests()).toBe(1);
  });

  test("is not asked back by itself when it was taken away for being idle", () => {
    const { decoder, built, keyFrameRequests } = makeRig();
    for (const packet of [configuration, key, delta]) decoder.push(packet);
    built[0]?.die("QuotaExceededError");
    expect(keyFrameRequests()).toBe(0);
  });

  test("gives no picture after it was closed", () => {
    const { decoder, built } = makeRig();
    for (const packet of [configuration, key]) decoder.push(packet);
    decoder.close();
    decoder.push(key);
    expect(built[0]?.state).toBe("closed");
    expect(built[0]?.chunks).toHaveLength(1);
  });
});
