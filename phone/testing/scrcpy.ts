import { ScrcpyOptions3_3_3 } from "@yume-chan/scrcpy";
import type { ReadableStream as TangoStream } from "@yume-chan/stream-extra";
import { vi } from "vitest";
import type { ByteDuplex } from "../byte-duplex.ts";
import { makeDuplexPair } from "../duplex-pair.ts";
import { demoModels } from "../models.ts";
import { makeDisplay } from "../screen/display.ts";
import type { ScrcpyContext } from "../scrcpy/context.ts";
import type { EncoderConfig, OpenEncoder } from "../scrcpy/picture-encoder.ts";
import type { OpenSoundEncoder } from "../sound/sound-encoder.ts";
import { makeScrcpyServer } from "../scrcpy/server.ts";

const endings: (() => void)[] = [];

/** For `afterEach`. */
export function endServers(): void {
  for (const end of endings.splice(0)) end();
}

const [first] = demoModels;
export const sps = [0, 0, 0, 1, 0x67, 1, 2, 3];
export const pps = [0, 0, 0, 1, 0x68, 4];

/** Says what was asked of it instead of encoding. */
function makeFakeEncoder() {
  const opened: EncoderConfig[] = [];
  let closed = 0;
  let painted = 0;
  let failing = 0;
  const settings = { pictureBytes: 0 };
  const encode: OpenEncoder = async (config) => {
    if (failing > 0) {
      failing -= 1;
      throw new Error("no such codec");
    }
    opened.push(config);
    return {
      async encode(_display, { isKeyFrame }) {
        painted += 1;
        const slice = [0, 0, 0, 1, isKeyFrame ? 0x65 : 0x41, painted];
        const bytes = isKeyFrame ? [...sps, ...pps, ...slice] : slice;
        const data = new Uint8Array(Math.max(bytes.length, settings.pictureBytes));
        data.set(bytes);
        return { data, isKeyFrame };
      },
      close: () => void (closed += 1),
    };
  };
  return Object.assign(settings, {
    encode,
    opened,
    closed: () => closed,
    painted: () => painted,
    failNext: (times: number) => void (failing = times),
  });
}

/** A scrcpy server on a phone of its own, started as Tango starts it; `endServers` ends them all. */
export function startServer(
  client: ConstructorParameters<typeof ScrcpyOptions3_3_3>[0],
  extra: string[] = [],
  more: { canEncode?: ScrcpyContext["canEncode"]; sdk?: number; encodeOpus?: OpenSoundEncoder } = {},
) {
  if (first === undefined) throw new Error("no model");
  const model = { ...first, ...(more.sdk !== undefined && { sdk: more.sdk }) };
  const display = makeDisplay(model);
  const encoder = makeFakeEncoder();
  const stop = new AbortController();
  const sockets: ByteDuplex[] = [];
  const queue: ((socket: ByteDuplex) => void)[] = [];
  const names: string[] = [];
  let printed = "";
  const options = new ScrcpyOptions3_3_3(client);
  const context: ScrcpyContext = {
    args: ["3.3.3", ...options.serialize(), ...extra],
    display,
    model,
    canEncode: more.canEncode ?? (() => true),
    listenLocal(name) {
      names.push(name);
      return {
        accept: () => new Promise((resolve) => queue.push(resolve)),
        close: () => names.push("closed"),
      };
    },
    async connectLocal(name) {
      names.push(name);
      const [near, far] = makeDuplexPair();
      sockets.push(far);
      return near;
    },
    stdout: (text) => void (printed += text),
    stderr: (text) => void (printed += text),
    signal: stop.signal,
  };
  const exited = makeScrcpyServer({
    encode: encoder.encode,
    ...(more.encodeOpus && { encodeOpus: more.encodeOpus }),
  })(context);
  endings.push(() => {
    stop.abort();
    display.close();
  });
  return {
    display,
    encoder,
    stop,
    exited,
    options,
    names,
    printed: () => printed,
    async socket(index: number) {
      return vi.waitFor(() => {
        const socket = sockets[index];
        if (socket === undefined) throw new Error("not connected");
        return socket;
      });
    },
    async connect() {
      const accept = await vi.waitFor(() => {
        const next = queue.shift();
        if (next === undefined) throw new Error("nobody accepts");
        return next;
      });
      const [near, far] = makeDuplexPair();
      accept(near);
      return far;
    },
  };
}

/** The same stream, as Tango types it. */
// Its own declarations of the platform's streams are what the compiler cannot match.
// oxlint-disable-next-line typescript/no-unsafe-type-assertion
export const forTango = ({ readable }: ByteDuplex) => readable as unknown as TangoStream<Uint8Array>;

/** The client's own reading of the video socket. */
export async function readVideo(server: ReturnType<typeof startServer>, index = 0) {
  const socket = await server.socket(index);
  const { metadata, stream } = await server.options.parseVideoStreamMetadata(forTango(socket));
  const packets = stream.pipeThrough(server.options.createMediaStreamTransformer()).getReader();
  return {
    metadata,
    async next() {
      const { value } = await packets.read();
      if (value === undefined) throw new Error("the stream ended");
      return value;
    },
  };
}
