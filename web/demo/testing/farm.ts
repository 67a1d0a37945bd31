import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, vi } from "vitest";
import { makeScrcpyServer } from "../../../phone/scrcpy/server.ts";
import { makeCredentials } from "../../../phone/testing/credentials.ts";
import type { Display } from "../../../phone/display.ts";
import { makeRig, type Rig, type RigOptions } from "../../../phone/testing/rig.ts";
import { deviceIdOf } from "../../../protocol/device-id.ts";
import type { EngineReport, EngineRequest } from "../../../protocol/engine.ts";
import { connectMedia } from "../../../relay/testing/media-client.ts";
import { connectSocketIo } from "../../../relay/testing/socket-io-client.ts";
import { tryStartRelay } from "../../../relay/start.ts";
import { makeVolatileCommandMemory } from "../../engine/commands/command-memory.ts";
import { serveEngine } from "../../engine/engine.ts";
import { makeSupabasePlace } from "../../engine/fallback/supabase-place.ts";
import { decodeNoPng, decodeNothing, encodeNothing, noJpegEncoder } from "./picture-codec.ts";
import { openUplink } from "./uplink.ts";

export const serial = "3B031JEHN00042";
export const deviceId = deviceIdOf(serial);
export const patient = { timeout: 8000, interval: 20 };
const cleanups: (() => unknown)[] = [];

function ignore(): void {}

/** Ends what `startFarm` started; for `afterEach`. */
export async function closeFarms(): Promise<void> {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
}

// prettier-ignore
export const png = Uint8Array.of(
  0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, // signature
  0x00, 0x00, 0x00, 0x0d, 0x49, 0x48, 0x44, 0x52, // length, "IHDR"
  0x00, 0x00, 0x04, 0x38, 0x00, 0x00, 0x09, 0x60, // 1080 × 2400
);

/** A whole farm in one process: a phone without pixels on a virtual bus, the engine, a relay on a real port and a dashboard. */
export function startFarm(options: RigOptions = {}, prepare?: (rig: Rig) => void) {
  const rig: Rig = makeRig({ startScrcpy: makeScrcpyServer({ encode: encodeNothing }), ...options });
  prepare?.(rig);
  rig.display.capture = async () => png.slice();
  return startFarmOf(rig);
}

/** The same with a phone that is already on its bus. */
export async function startFarmOf<Screen extends Display>(rig: Rig<Screen>) {
  const dataDir = mkdtempSync(join(tmpdir(), "tabfarm-"));
  const started = await tryStartRelay({ host: "127.0.0.1", port: 0, dataDir });
  if (!started.ok) throw new Error(started.fault.message);
  let relay = started.value;
  const uplink = await openUplink(relay.port);
  const reports: EngineReport[] = [];
  let request: (request: EngineRequest) => void = ignore;
  serveEngine({
    usb: rig.usb,
    post: (report) => void reports.push(report),
    onRequest: (handler) => (request = handler),
    platform: {
      openKeys: (keyName) => makeCredentials(keyName),
      commandMemory: makeVolatileCommandMemory(),
      locks: undefined,
      makeDecoder: decodeNothing,
      jpegEncoder: noJpegEncoder,
      makeFallbackPlace: makeSupabasePlace,
      decodePng: decodeNoPng,
      serverProgramFor: () => async () => Uint8Array.of(0x50, 0x4b, 3, 4),
    },
  });
  const startWorker = (): void =>
    request({
      type: "start",
      relayUrl: uplink.url,
      token: relay.tokens.worker,
      pcId: "desk-1",
      keyName: "farm",
      mayReboot: false,
    });
  startWorker();
  const auth = { type: "dashboard", token: relay.tokens.dashboard };
  const dashboard = await connectSocketIo(relay.url, "/dashboard", auth);
  const stream = await connectSocketIo(relay.url, "/stream", auth);
  if (!dashboard.ok || !stream.ok) throw new Error("the dashboard was refused");
  cleanups.push(async () => {
    request({ type: "stop" });
    await vi.waitFor(() => expect(reports.at(-1)?.relay.kind).toBe("stopped"), patient);
    dashboard.value.close();
    stream.value.close();
    await relay.close();
    uplink.close();
    rig.close();
    rmSync(dataDir, { recursive: true });
  });

  let commands = 0;
  const farm = {
    rig,
    get relay() {
      return relay;
    },
    async restartRelay() {
      await relay.close();
      const again = await tryStartRelay({ host: "127.0.0.1", port: relay.port, dataDir });
      if (!again.ok) throw new Error(again.fault.message);
      relay = again.value;
    },
    startWorker,
    cutWorker: uplink.cut,
    timesSentToWorker: uplink.countOf,
    async connectViewer() {
      const viewer = await connectSocketIo(relay.url, "/stream", auth);
      if (!viewer.ok) throw new Error(viewer.fault.message);
      cleanups.push(() => viewer.value.close());
      return viewer.value;
    },
    /** One that gets media packets. */
    async connectMediaViewer() {
      const viewer = await connectMedia(relay.url, auth);
      if (!viewer.ok) throw new Error(viewer.fault.message);
      cleanups.push(() => viewer.value.close());
      return viewer.value;
    },
    reports,
    request,
    dashboard: dashboard.value,
    stream: stream.value,
    state: () => reports.at(-1)?.devices[0]?.state,
    ready: () => vi.waitFor(() => expect(farm.state()).toMatchObject({ kind: "ready" }), patient),
    isKnown: () =>
      vi.waitFor(async () => {
        const update = farm.dashboard.last("device:status:update");
        expect(update).toMatchObject({ device_id: deviceId, status: "idle", health_status: "healthy" });
      }, patient),
    /** Sends a command and waits for its end. */
    async run(command: object): Promise<unknown> {
      commands += 1;
      const command_id = `0b6d3a5e-7c1f-4f5e-9d55-${String(commands).padStart(12, "0")}`;
      const answer = await farm.dashboard.request("command:send", {
        command_id,
        device_id: deviceId,
        ...command,
      });
      expect(answer).toMatchObject({ ok: true });
      return await vi.waitFor(() => {
        const end = farm.dashboard
          .all("command:ack")
          .find((ack) => expect.objectContaining({ command_id }).asymmetricMatch(ack) && isTerminal(ack));
        expect(end).toBeDefined();
        return end;
      }, patient);
    },
  };
  return farm;
}

function isTerminal(ack: unknown): boolean {
  return (
    typeof ack === "object" && ack !== null && "status" in ack && /completed|failed/.test(String(ack.status))
  );
}
