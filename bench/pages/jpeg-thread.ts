import type { Size } from "../../protocol/fields.ts";
import { makeBrowserEncoder } from "../../web/engine/jpeg/browser-encoder.ts";
import { makeCanvasEncoder } from "../../web/engine/jpeg/canvas-encoder.ts";
import type { JpegEncoder } from "../../web/engine/jpeg/jpeg-encoder.ts";
import { makeThreadEncoder } from "../../web/engine/jpeg/thread-encoder.ts";
import { layerSize } from "../../web/engine/screen/screen-shape.ts";

export interface JpegRequest {
  /** `decode` only decodes: what the others do besides. */
  side: "decode" | "wasm" | "thread" | "canvas";
  size: Size;
  quality: "low" | "medium" | "high";
  pictures: number;
}

export interface JpegFigures {
  bytes: number;
  meanMs: number;
}

const encoders: Record<JpegRequest["side"], JpegEncoder | undefined> = {
  decode: undefined,
  wasm: makeThreadEncoder(),
  thread: makeBrowserEncoder(),
  canvas: makeCanvasEncoder(),
};

self.addEventListener("message", (event: MessageEvent<JpegRequest>) => {
  const [port] = event.ports;
  measure(event.data).then(
    (figures) => port?.postMessage(figures),
    (error: unknown) => port?.postMessage(String(error)),
  );
});

async function measure({ side, size, quality, pictures }: JpegRequest): Promise<JpegFigures> {
  const video = await videoOf(size);
  const encoder = encoders[side];
  const layer = { size: layerSize(size, quality), quality: 0.65 };
  let arrived = Promise.withResolvers<VideoFrame>();
  const decoder = new VideoDecoder({
    output: (frame) => arrived.resolve(frame),
    error: (error) => arrived.reject(error),
  });
  decoder.configure({
    codec: video.codec,
    optimizeForLatency: true,
    hardwareAcceleration: "prefer-software",
  });
  const figures: JpegFigures = { bytes: 0, meanMs: 0 };
  for (let at = 0; at < pictures; at += 1) {
    const chunk = video.chunks[at % video.chunks.length];
    if (chunk === undefined) break;
    arrived = Promise.withResolvers<VideoFrame>();
    decoder.decode(chunk);
    const frame = await arrived.promise;
    const startMs = performance.now();
    const [jpeg] = (await encoder?.encode(frame, [layer])) ?? [];
    figures.meanMs += (performance.now() - startMs) / pictures;
    figures.bytes = jpeg?.length ?? 0;
    frame.close();
  }
  decoder.close();
  return figures;
}

interface Video {
  codec: string;
  /** The first is a key frame. */
  chunks: EncodedVideoChunk[];
}

const videos = new Map<string, Promise<Video>>();

function videoOf(size: Size): Promise<Video> {
  const name = `${size.width}x${size.height}`;
  const video = videos.get(name) ?? record(size);
  videos.set(name, video);
  return video;
}

/** A list that scrolls, with text and colours, as a phone's encoder would send it. */
async function record(size: Size): Promise<Video> {
  const codec = "avc1.420028";
  const chunks: EncodedVideoChunk[] = [];
  const encoder = new VideoEncoder({
    output: (chunk) => chunks.push(chunk),
    error: (error) => {
      throw error;
    },
  });
  encoder.configure({
    codec,
    ...size,
    bitrate: 4_000_000,
    avc: { format: "annexb" },
    latencyMode: "realtime",
  });
  const canvas = new OffscreenCanvas(size.width, size.height);
  const context = canvas.getContext("2d");
  if (context === null) throw new Error("no canvas");
  for (let at = 0; at < 30; at += 1) {
    paint(context, size, at);
    const frame = new VideoFrame(canvas, { timestamp: at * 33_333 });
    encoder.encode(frame, { keyFrame: at === 0 });
    frame.close();
  }
  await encoder.flush();
  encoder.close();
  return { codec, chunks };
}

function paint(context: OffscreenCanvasRenderingContext2D, { width, height }: Size, at: number): void {
  const row = height / 12;
  context.fillStyle = "#f4f4f8";
  context.fillRect(0, 0, width, height);
  context.font = `${row / 3}px sans-serif`;
  for (let line = 0; line < 14; line += 1) {
    const y = line * row - (((at * row) / 15) % row);
    context.fillStyle = `hsl(${line * 47} 60% 50%)`;
    context.fillRect(width * 0.05, y + row * 0.15, row * 0.7, row * 0.7);
    context.fillStyle = "#222";
    context.fillText(`Somebody wrote ${line + at}`, width * 0.25, y + row * 0.45);
    context.fillStyle = "#888";
    context.fillText("and this is what it says", width * 0.25, y + row * 0.8);
  }
}
