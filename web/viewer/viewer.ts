import type * as v from "valibot";
import { contract, type Answer } from "../../protocol/contract.ts";
import { mediaPayload, readMediaHeader } from "../../protocol/media-packet.ts";
import { parsePayload } from "../../protocol/parse.ts";
import type { ViewerReport, ViewerRequest } from "../../protocol/viewer.ts";
import { keepConnected } from "../connection/keep-connected.ts";
import { makeMediaWire, type MediaWire } from "../connection/media-wire.ts";
import type { ViewerWatch } from "./viewings.ts";
import type { SoundCodecs } from "./sound/sound-player.ts";
import { makeStreamUses } from "./stream-uses.ts";
import { makeStreams } from "./streams.ts";
import { makeTaps } from "./taps.ts";
import type { Codecs } from "../video/lasting-decoder.ts";

const lookMs = 1000;
const countsMs = 200;

/** What surrounds a viewer: its page, and what the browser has. */
export interface ViewerScope {
  post(report: ViewerReport): void;
  /** Called once, before the first request may arrive. */
  onRequest(handler: (request: ViewerRequest<OffscreenCanvas, MessagePort>) => void): void;
  codecs: Codecs | undefined;
  soundCodecs: SoundCodecs | undefined;
  /** Whether the graphics card decodes H.264. */
  hardware: { isUsable: boolean };
  makeWire?(options: { url: string; token: () => string }): MediaWire;
}

/** Shows what the page watches for as long as the thread lives. */
export function serveViewer(scope: ViewerScope): void {
  let running: ReturnType<typeof run> | undefined;
  const watches = new Map<number, ViewerWatch>();

  scope.onRequest((request) => {
    switch (request.type) {
      case "start":
        running ??= run(scope, watches, request.relayUrl, request.token);
        return;
      case "renew":
        running?.renew(request.token);
        return;
      case "watch": {
        const { watchId, deviceId, wish } = request;
        const watch = running?.streams.watch(deviceId, wish, {
          onCanvasWanted: () => scope.post({ type: "canvas-wanted", watchId }),
          onFacts: (facts) => scope.post({ type: "painted", watchId, facts }),
        });
        if (watch !== undefined) watches.set(watchId, watch);
        return;
      }
      case "canvas":
        watches.get(request.watchId)?.paintOn(request.canvas);
        return;
      case "change":
        watches.get(request.watchId)?.change(request.wish);
        return;
      case "stop":
        watches.get(request.watchId)?.stop();
        watches.delete(request.watchId);
        return;
      case "jpeg-done":
        running?.jpegDone(request.deviceId, request.shownAtMs);
        return;
      case "device-connected":
        running?.streams.askAgain(request.deviceId);
        return;
      case "retry":
        running?.kept.retry();
        return;
      case "close":
        running?.close();
        running = undefined;
        return;
      default:
        running?.uses.request(request);
    }
  });
}

function run(scope: ViewerScope, watches: Map<number, ViewerWatch>, url: string, firstToken: string) {
  let token = firstToken;
  const wire = scope.makeWire?.({ url, token: () => token }) ?? dashboardWire(url, () => token);
  const taps = makeTaps();
  const streams = makeStreams({
    isConnected: () => wire.connected,
    start: (asked, onAnswer) => wire.emit("stream:start", asked, (answer: Answer) => onAnswer(answer)),
    stop: (deviceId) => wire.emit("stream:stop", { device_id: deviceId }),
    refresh: (deviceId) => wire.emit("stream:refresh", { device_id: deviceId }),
    codecs: scope.codecs,
    hardware: scope.hardware,
    taps,
    relayNowMs: () => wire.relayNowMs(),
    nowMs: () => Date.now(),
    onState(deviceId, state) {
      uses.hearState(deviceId, state);
      scope.post({ type: "state", deviceId, state });
    },
    onJpeg: (deviceId, jpegUrl, facts) => scope.post({ type: "jpeg", deviceId, url: jpegUrl, facts }),
  });
  const uses = makeStreamUses({
    post: (report) => scope.post(report),
    watch(deviceId, wish) {
      const watch = streams.watch(deviceId, wish, { isBlind: true });
      return () => watch.stop();
    },
    paint(deviceId, wish, canvas) {
      const watch = streams.watch(deviceId, wish, {});
      watch.paintOn(canvas);
      return watch;
    },
    refresh: (deviceId) => wire.emit("stream:refresh", { device_id: deviceId }),
    tellLatency: (samples) => wire.emit("stream:latency", { samples }),
    soundCodecs: scope.soundCodecs,
    relayNowMs: () => wire.relayNowMs(),
  });
  taps.add(uses.tap);

  const { toDashboard } = contract["/stream"];
  function listen<Name extends keyof typeof toDashboard>(
    name: Name,
    handle: (payload: v.InferOutput<(typeof toDashboard)[Name]>) => void,
  ): void {
    wire.on(name, (payload) => {
      const parsed = parsePayload(name, toDashboard[name], payload);
      if (parsed.ok) handle(parsed.value);
      else scope.post({ type: "fault", fault: parsed.fault });
    });
  }
  listen("stream:status", (status) => streams.hearStatus(status));
  listen("error", (fault) => scope.post({ type: "fault", fault }));
  wire.onPacket((packet) => {
    const header = readMediaHeader(packet);
    if (header.ok)
      streams.hear({ header: header.value, receivedMs: wire.relayNowMs() }, mediaPayload(packet));
    else scope.post({ type: "fault", fault: header.fault });
  });

  const kept = keepConnected(wire, (connection) => {
    scope.post({ type: "connection", connection });
    if (connection.kind === "connected") streams.askAgain();
  });
  const looking = setInterval(() => {
    streams.look();
    uses.look();
  }, lookMs);
  let told = new Map<number, number>();
  const counting = setInterval(() => {
    const counts = new Map([...watches].map(([watchId, watch]) => [watchId, watch.painted()]));
    const painted = [...counts].filter(([watchId, count]) => count > (told.get(watchId) ?? 0));
    told = counts;
    if (painted.length > 0) scope.post({ type: "counts", painted });
  }, countsMs);

  return {
    kept,
    streams,
    uses,
    renew(newer: string): void {
      token = newer;
      wire.emit("auth:renew", { token });
    },
    /** The page's clock is this machine's. */
    jpegDone(deviceId: string, shownAtMs: number | undefined): void {
      const offsetMs = wire.relayNowMs() - (performance.timeOrigin + performance.now());
      streams.jpegDone(deviceId, shownAtMs === undefined ? undefined : shownAtMs + offsetMs);
    },
    close(): void {
      clearInterval(looking);
      clearInterval(counting);
      kept.close();
      streams.close();
    },
  };
}

function dashboardWire(url: string, token: () => string): MediaWire {
  return makeMediaWire({ url, auth: () => ({ type: "dashboard", token: token() }) });
}
