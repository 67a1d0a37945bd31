/** A decoder that has this many pictures before it shows what nobody wants to see any more. */
const mostUndecoded = 12;
/** At few pictures a second that many would be seconds. */
const oldestUndecodedMs = 1000;
const keyRequestMs = 1000;

/** The part of WebCodecs that is used, so that tests can stand in for it. */
export interface Codecs {
  VideoDecoder: typeof VideoDecoder;
  EncodedVideoChunk: typeof EncodedVideoChunk;
}

export interface LastingDecoderNeeds<Tag> {
  codecs: Codecs;
  /** The frame is the hearer's to close; `tag` is that of the unit which it was made of. */
  onPicture(frame: VideoFrame, tag: Tag): void;
  /** It cannot go on without a key frame; told once a second at most. */
  onKeyNeeded(): void;
  /** It broke, and is tried again with the next key frame unless it is closed now. */
  onBroken?(reason: string, isHardware: boolean): void;
  /** Milliseconds that only grow. */
  nowMs(): number;
}

/** An access unit in Annex B. */
export interface EncodedUnit<Tag> {
  data: Uint8Array;
  /** Microseconds on the phone's clock, by which a picture is known all the way. */
  deviceUs: number;
  tag: Tag;
  /** Of a key frame: what it needs. Its parameter sets come first in it: Chrome finds them nowhere else. */
  key?: { codec: string; hardwareAcceleration: "prefer-hardware" | "prefer-software" };
}

/**
 * Decodes a phone's H.264 for as long as somebody wants it. Chrome closes a decoder on a bad slice, and takes an idle one
 * of a graphics card away (`QuotaExceededError`): another is made at the next key frame. Deltas after a gap would decode
 * without an error, to garbage, so they are dropped until then.
 */
export interface LastingDecoder<Tag> {
  push(unit: EncodedUnit<Tag>): void;
  /** Something is missing: nothing is decoded until the next key frame, which is asked for. */
  lose(): void;
  /** How many pictures are being decoded. */
  undecoded(): number;
  close(): void;
}

export function makeLastingDecoder<Tag>(needs: LastingDecoderNeeds<Tag>): LastingDecoder<Tag> {
  const { codecs } = needs;
  let decoder: VideoDecoder | undefined;
  let configured = "";
  let isKeyNeeded = true;
  let undecoded: { timestamp: number; tag: Tag; cameMs: number }[] = [];
  let timestamp = 0;
  let keyAskedMs = Number.NEGATIVE_INFINITY;
  let isClosed = false;

  function drop(): void {
    if (decoder !== undefined && decoder.state !== "closed") decoder.close();
    decoder = undefined;
    undecoded = [];
  }

  function isBehind(): boolean {
    const [oldest] = undecoded;
    if (oldest === undefined) return false;
    return undecoded.length >= mostUndecoded || needs.nowMs() - oldest.cameMs > oldestUndecodedMs;
  }

  function lose(): void {
    isKeyNeeded = true;
    const nowMs = needs.nowMs();
    if (isClosed || nowMs - keyAskedMs < keyRequestMs) return;
    keyAskedMs = nowMs;
    needs.onKeyNeeded();
  }

  /** What is on the screen is old, and a still screen sends nothing more by itself. */
  function fail(reason: string, isHardware: boolean): void {
    drop();
    needs.onBroken?.(reason, isHardware);
    lose();
  }

  function show(frame: VideoFrame): void {
    const at = undecoded.findIndex((each) => each.timestamp === frame.timestamp);
    const shown = undecoded[at];
    if (isClosed || shown === undefined) return frame.close();
    undecoded = undecoded.slice(at + 1);
    needs.onPicture(frame, shown.tag);
  }

  function build({ codec, hardwareAcceleration }: NonNullable<EncodedUnit<Tag>["key"]>): VideoDecoder {
    const wanted = `${codec} ${hardwareAcceleration}`;
    if (decoder?.state === "configured" && configured === wanted) return decoder;
    drop();
    const built = new codecs.VideoDecoder({
      output: (frame) => {
        if (decoder === built) show(frame);
        else frame.close();
      },
      error: (error) => {
        if (decoder !== built) return;
        // One that was only idle has shown everything there was; the next delta asks for a key frame.
        if (error.name === "QuotaExceededError") drop();
        else fail(error.message, hardwareAcceleration === "prefer-hardware");
      },
    });
    decoder = built;
    configured = wanted;
    // Without `optimizeForLatency` the last picture stays inside until the next comes: a still screen shows stale.
    built.configure({ codec, optimizeForLatency: true, hardwareAcceleration });
    return built;
  }

  return {
    push({ data, deviceUs, tag, key }) {
      if (isClosed) return;
      if (key === undefined && (isKeyNeeded || decoder === undefined || isBehind())) return lose();
      if (key !== undefined && isBehind()) drop();
      try {
        const present = key === undefined ? decoder : build(key);
        // A phone's clock may begin again.
        timestamp = Math.max(timestamp + 1, deviceUs);
        undecoded.push({ timestamp, tag, cameMs: needs.nowMs() });
        const type = key === undefined ? "delta" : "key";
        present?.decode(new codecs.EncodedVideoChunk({ type, timestamp, data }));
        isKeyNeeded = false;
      } catch (error) {
        // Closed between the check and the call, or a size that this machine cannot decode.
        const isHardware = configured.endsWith("prefer-hardware");
        fail(error instanceof Error ? error.message : String(error), isHardware);
      }
    },
    lose,
    undecoded: () => undecoded.length,
    close() {
      isClosed = true;
      drop();
    },
  };
}
