import { once } from "node:events";
import { randomBytes } from "node:crypto";
import { io, type Socket } from "socket.io-client";
import { WebSocket } from "ws";
import {
  headerBytes,
  readMediaHeader,
  writeMediaPacket,
  type MediaHeader,
} from "../protocol/media-packet.ts";
import { streamRefreshDeliver, type StreamFrame } from "../protocol/stream.ts";
import { startProbed, type ProbedProcess } from "../relay/testing/probed-process.ts";
import { startRelayProcess } from "../relay/testing/relay-process.ts";
import { openSimulatedWorker } from "../relay/testing/simulated-worker.ts";
import { connectMedia } from "../relay/testing/media-client.ts";
import { tcpSocketOf } from "../relay/testing/socket-io-client.ts";
import { testTokens } from "../relay/testing/test-farm.ts";
import { until } from "./until.ts";

/** Something that forwards frames, in a process of its own, with one source of them. */
export interface Forwarding {
  name: string;
  process: ProbedProcess;
  /** Where viewers find it. */
  url: string;
  /** Sends a frame of that many bytes, of one of the devices in turns. */
  sendFrame(byteLength: number): void;
  /** One that watches every device and is told how old each frame is when it comes. */
  openViewer(onFrame: (ageMs: number) => void, url?: string): Promise<ForwardingViewer>;
  close(): Promise<void>;
}

export interface ForwardingViewer {
  /** Stops reading, like a page that hangs. */
  pause(): void;
  close(): void;
}

/** Both ends are in this process, so one clock tells. */
function nowMs(): number {
  return performance.timeOrigin + performance.now();
}

/** The relay with one worker of so many devices; its viewers ask for bytes over Socket.IO. */
export async function openSocketIoForwarding(dataDir: string, devices: number): Promise<Forwarding> {
  const { relay, worker } = await startWithWorker(dataDir, devices);
  const source = await openStream(relay.url, { type: "worker", token: testTokens.worker, pc_id: "bench" });
  let turn = 0;
  return {
    name: "Socket.IO",
    process: relay,
    url: relay.url,
    sendFrame(byteLength) {
      const device_id = worker.deviceIds[turn++ % devices];
      const frame = { device_id, timestamp: nowMs(), frame: pixels(byteLength), width: 240, height: 533 };
      source.emit("stream:frame", frame, () => {});
    },
    async openViewer(onFrame, url = relay.url) {
      const viewer = await openStream(url, dashboardAuth);
      viewer.on("stream:frame", ({ timestamp }: StreamFrame) => onFrame(nowMs() - timestamp));
      for (const device_id of worker.deviceIds) {
        await viewer.emitWithAck("stream:start", { device_id, ...watch });
      }
      const tcpSocket = tcpSocketOf(viewer);
      return {
        pause: () => void tcpSocket.pause(),
        close() {
          viewer.disconnect();
          // One that does not read would wait half a minute for the other side's goodbye.
          tcpSocket.destroy();
        },
      };
    },
    async close() {
      worker.close();
      source.disconnect();
      await relay.kill();
    },
  };
}

/** The same over `/media`, as our own engine and page do. */
export async function openMediaForwarding(dataDir: string, devices: number): Promise<Forwarding> {
  const { relay, worker } = await startWithWorker(dataDir, devices);
  const auth = { type: "worker", token: testTokens.worker, pc_id: "bench", sends_video: true };
  const source = await mediaClient(relay.url, auth);
  let turn = 0;
  return {
    name: "/media",
    process: relay,
    url: relay.url,
    sendFrame(byteLength) {
      const deviceId = worker.deviceIds[turn++ % devices] ?? "";
      const header = { kind: "jpeg", deviceId, capturedMs: nowMs() } as const;
      source.sendPacket(packetOf(header, pixels(byteLength - headerBytes)));
    },
    openViewer: (onFrame, url = relay.url) => openMediaViewer(url, worker.deviceIds, watch, onFrame),
    async close() {
      worker.close();
      source.terminate();
      await relay.kill();
    },
  };
}

/** H.264 over `/media`: deltas, and a key frame of twice the size whenever the relay asks for one. */
export async function openVideoForwarding(dataDir: string, devices: number): Promise<Forwarding> {
  const { relay, worker } = await startWithWorker(dataDir, devices);
  const auth = { type: "worker", token: testTokens.worker, pc_id: "bench", sends_video: true };
  const source = await mediaClient(relay.url, auth);
  const wantKey = new Set(worker.deviceIds);
  const sequences = new Map<string, number>();
  let turn = 0;
  return {
    name: "/media, H.264",
    process: relay,
    url: relay.url,
    sendFrame(byteLength) {
      for (const { device_id } of source.parsed("stream:refresh", streamRefreshDeliver))
        wantKey.add(device_id);
      source.forget();
      const deviceId = worker.deviceIds[turn++ % devices] ?? "";
      const sequence = ((sequences.get(deviceId) ?? 0) + 1) % 2 ** 16;
      sequences.set(deviceId, sequence);
      const isKey = wantKey.delete(deviceId);
      const header = { kind: isKey ? "key" : "delta", sequence, deviceId, capturedMs: nowMs() } as const;
      source.sendPacket(packetOf(header, pixels((isKey ? 2 : 1) * byteLength - headerBytes)));
    },
    openViewer(onFrame, url = relay.url) {
      const video = { quality: "low", fps: 60, encoding: "h264" };
      return openMediaViewer(url, worker.deviceIds, video, onFrame);
    },
    async close() {
      worker.close();
      source.terminate();
      await relay.kill();
    },
  };
}

async function openMediaViewer(
  url: string,
  deviceIds: string[],
  watch: object,
  onFrame: (ageMs: number) => void,
): Promise<ForwardingViewer> {
  const viewer = await mediaClient(url, dashboardAuth, (packet) => {
    const header = readMediaHeader(packet);
    if (header.ok) onFrame(nowMs() - header.value.capturedMs);
  });
  for (const device_id of deviceIds) await viewer.request("stream:start", { device_id, ...watch });
  return { pause: () => viewer.pause(), close: () => viewer.terminate() };
}

const watch = { quality: "low", fps: 5, encoding: "binary" };
const dashboardAuth = { type: "dashboard", token: testTokens.dashboard };

/** A relay that knows the devices of one worker. */
async function startWithWorker(dataDir: string, devices: number) {
  const relay = await startRelayProcess(dataDir);
  let isKnown = false;
  const worker = openSimulatedWorker({
    url: relay.url,
    token: testTokens.worker,
    pcId: "bench",
    devices,
    onHeartbeatAnswered: () => (isKnown = true),
  });
  await until(() => isKnown, "the worker is known");
  return { relay, worker };
}

async function mediaClient(url: string, auth: object, onPacket?: (packet: Uint8Array) => void) {
  const connected = await connectMedia(url, auth, { onPacket: onPacket ?? (() => {}) });
  if (!connected.ok) throw new Error(connected.fault.message);
  return connected.value;
}

/** A packet of a screen of 240 pixels. */
export function packetOf(
  header: Pick<MediaHeader, "kind" | "deviceId" | "capturedMs"> & Partial<MediaHeader>,
  payload: Uint8Array,
): Uint8Array<ArrayBuffer> {
  return writeMediaPacket(
    {
      layer: "low",
      sequence: 0,
      width: 240,
      height: 533,
      screenWidth: 1080,
      screenHeight: 2400,
      deviceUs: 0,
      takenMs: 0,
      sentMs: 0,
      relayedInMs: 0,
      relayedOutMs: 0,
      ...header,
    },
    payload,
  );
}

/** The bare `ws` forwarder. A frame begins with when it was made. */
export async function openBareForwarding(): Promise<Forwarding> {
  const forwarder = startProbed(new URL("baselines/ws-forwarder.ts", import.meta.url), []);
  const url = await forwarder.printed(/ws:\S+/);
  const source = new WebSocket(`${url}source`, { perMessageDeflate: false });
  await once(source, "open");
  return {
    name: "bare ws",
    process: forwarder,
    url: url.replace("ws", "http"),
    sendFrame(byteLength) {
      const frame = Buffer.from(pixels(byteLength));
      frame.writeDoubleLE(nowMs());
      source.send(frame);
    },
    async openViewer(onFrame, linked = url) {
      const viewer = new WebSocket(new URL("viewer", linked.replace("http", "ws")), {
        perMessageDeflate: false,
      });
      viewer.on("message", (frame: Buffer) => onFrame(nowMs() - frame.readDoubleLE()));
      await once(viewer, "open");
      return { pause: () => viewer.pause(), close: () => viewer.terminate() };
    },
    async close() {
      source.terminate();
      await forwarder.kill();
    },
  };
}

async function openStream(url: string, auth: Record<string, unknown>): Promise<Socket> {
  const socket = io(`${url}/stream`, { transports: ["websocket"], forceNew: true, auth });
  await new Promise<void>((resolve) => void socket.once("connect", resolve));
  return socket;
}

const somePixels = randomBytes(1_000_000);

function pixels(byteLength: number): Uint8Array {
  return somePixels.subarray(0, byteLength);
}

/** Sends frames of that size at that rate for so long, and waits until what was sent has come or is not coming. */
export async function sendFrames(
  forwarding: Forwarding,
  { byteLength, perSecond, seconds }: { byteLength: number; perSecond: number; seconds: number },
): Promise<number> {
  const startedAtMs = performance.now();
  let sent = 0;
  await new Promise<void>((resolve) => {
    const timer = setInterval(() => {
      const elapsedMs = performance.now() - startedAtMs;
      // Behind by much, this process has no time; a burst would be another load.
      const due = Math.min(Math.floor((elapsedMs / 1000) * perSecond) - sent, 4);
      for (let count = 0; count < due; count += 1) forwarding.sendFrame(byteLength);
      sent += Math.max(0, due);
      if (elapsedMs < seconds * 1000) return;
      clearInterval(timer);
      setTimeout(resolve, 300);
    }, 1);
  });
  return sent;
}
