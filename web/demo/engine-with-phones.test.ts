import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test, vi } from "vitest";
import type { DebuggingAnswer } from "../../phone/display.ts";
import { makeScrcpyServer } from "../../phone/scrcpy/server.ts";
import { makeCredentials } from "../../phone/testing/credentials.ts";
import { makeRig, type Rig } from "../../phone/testing/rig.ts";
import { deviceIdOf } from "../../protocol/device-id.ts";
import type { EngineReport, EngineRequest } from "../../protocol/engine.ts";
import { connectSocketIo } from "../../relay/testing/socket-io-client.ts";
import { tryStartRelay } from "../../relay/start.ts";
import { makeVolatileCommandMemory } from "../engine/commands/command-memory.ts";
import { serveEngine } from "../engine/engine.ts";
import { decodeNothing, encodeNothing, makeNoCanvas } from "./testing/picture-codec.ts";

const serial = "3B031JEHN00042";
const deviceId = deviceIdOf(serial);
const patient = { timeout: 8000, interval: 20 };
const cleanups: (() => unknown)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

// prettier-ignore
const png = Uint8Array.of(
  0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, // signature
  0x00, 0x00, 0x00, 0x0d, 0x49, 0x48, 0x44, 0x52, // length, "IHDR"
  0x00, 0x00, 0x04, 0x38, 0x00, 0x00, 0x09, 0x60, // 1080 × 2400
);

function ignore(): void {}

/** A whole farm in one process: a phone on a virtual bus, the engine, a relay on a real port and a dashboard. */
async function startFarm(options: Parameters<typeof makeRig>[0] = {}, prepare?: (rig: Rig) => void) {
  const rig: Rig = makeRig({ startScrcpy: makeScrcpyServer({ encode: encodeNothing }), ...options });
  prepare?.(rig);
  rig.display.capture = async () => png.slice();
  const dataDir = mkdtempSync(join(tmpdir(), "tabfarm-"));
  const started = await tryStartRelay({ host: "127.0.0.1", port: 0, dataDir });
  if (!started.ok) throw new Error(started.fault.message);
  let relay = started.value;
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
      makeCanvas: makeNoCanvas,
      serverProgramFor: () => async () => Uint8Array.of(0x50, 0x4b, 3, 4),
    },
  });
  request({
    type: "start",
    relayUrl: relay.url,
    token: relay.tokens.worker,
    pcId: "desk-1",
    keyName: "farm",
  });
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
    async connectViewer() {
      const viewer = await connectSocketIo(relay.url, "/stream", auth);
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

describe("a phone on the bus", () => {
  test("[B1] is claimed without a click and in the heartbeat with what it is", async () => {
    const farm = await startFarm();
    await farm.ready();
    await farm.isKnown();
    await vi.waitFor(() => {
      expect(farm.dashboard.last("device:status:update")).toMatchObject({
        model: "Pixel 8",
        manufacturer: "Google",
        android_version: "14",
        screen: { width: 1080, height: 2400 },
        battery_level: 87,
        state: "ready",
      });
    }, patient);
  });

  test("waits for the person, and is ready without a click when allowed", async () => {
    const answer = Promise.withResolvers<DebuggingAnswer>();
    const asked: string[] = [];
    const farm = await startFarm({ model: { isAdbSecure: true } }, (rig) => {
      rig.display.askDebugging = ({ keyName }) => {
        asked.push(keyName);
        return answer.promise;
      };
    });
    await vi.waitFor(
      () => expect(farm.state()).toMatchObject({ kind: "authorizing", problem: { code: "AUTH_PENDING" } }),
      patient,
    );
    await vi.waitFor(() => {
      expect(farm.dashboard.last("device:status:update")).toMatchObject({
        status: "offline",
        state: "authorizing",
        problem: { code: "AUTH_PENDING" },
      });
    }, patient);
    expect(asked).toEqual([expect.stringContaining("farm")]);
    answer.resolve("allow-always");
    await farm.ready();
    // The key is known from now on.
    farm.rig.unplug();
    await vi.waitFor(() => expect(farm.state()).toMatchObject({ kind: "lost" }), patient);
    farm.rig.plug();
    await farm.ready();
    expect(asked).toHaveLength(1);
  });

  test("asks the person again when told to", async () => {
    const farm = await startFarm({ model: { isAdbSecure: true } }, (rig) => (rig.display.answer = undefined));
    await vi.waitFor(() => expect(farm.state()).toMatchObject({ kind: "authorizing" }), patient);
    await vi.waitFor(() => expect(farm.rig.display.dialogs).toHaveLength(1), patient);
    farm.rig.display.answer = "allow";
    farm.request({ type: "claim", serialNumber: serial });
    await farm.ready();
    expect(farm.rig.display.dialogs).toHaveLength(2);
  });

  test("is gone within a second when unplugged and back within five when plugged again", async () => {
    const farm = await startFarm();
    await farm.ready();
    await farm.isKnown();
    farm.rig.unplug();
    await vi.waitFor(
      () =>
        expect(farm.dashboard.last("device:disconnected")).toMatchObject({
          device_id: deviceId,
          reason: "adb_lost",
        }),
      { timeout: 1000, interval: 10 },
    );
    await vi.waitFor(
      () => expect(farm.state()).toMatchObject({ kind: "lost", problem: { code: "UNPLUGGED" } }),
      patient,
    );
    farm.rig.plug();
    await vi.waitFor(() => expect(farm.state()).toMatchObject({ kind: "ready" }), { timeout: 5000 });
  });

  test("is in use while another program holds it, and claimed when that one lets go", async () => {
    const farm = await startFarm();
    await farm.ready();
    const other = farm.rig.addComputer();
    farm.request({ type: "stop" });
    await vi.waitFor(() => expect(farm.reports.at(-1)?.relay.kind).toBe("stopped"), patient);
    const [device] = await other.getDevices();
    await device?.open();
    await device?.claimInterface(0);
    farm.request({
      type: "start",
      relayUrl: farm.relay.url,
      token: farm.relay.tokens.worker,
      pcId: "desk-1",
      keyName: "farm",
    });
    await vi.waitFor(
      () => expect(farm.state()).toMatchObject({ kind: "unclaimed", problem: { code: "IN_USE" } }),
      patient,
    );
    await device?.close();
    await farm.ready();
  });
});

describe("[C7] a command on a phone", () => {
  test("shell answers both outputs and the exit code", async () => {
    const farm = await startFarm();
    await farm.isKnown();
    expect(
      await farm.run({ command_type: "shell", params: { shellCommand: "echo 'a  b'; ls /nowhere" } }),
    ).toMatchObject({
      status: "completed",
      result: { stdout: "a  b\n", stderr: expect.stringContaining("/nowhere"), exit_code: 1 },
    });
  });

  test("screenshot is the display's own PNG with its size", async () => {
    const farm = await startFarm();
    await farm.isKnown();
    expect(await farm.run({ command_type: "screenshot" })).toMatchObject({
      status: "completed",
      result: {
        mime: "image/png",
        base64: Buffer.from(png).toString("base64"),
        width: 1080,
        height: 2400,
      },
    });
  });

  test("taps, keys and texts arrive, whatever the characters", async () => {
    const farm = await startFarm();
    await farm.isKnown();
    const { display } = farm.rig;
    await farm.run({ command_type: "tap", params: { x: 540, y: 1200 } });
    expect(display.pointers).toMatchObject([
      { action: "down", x: 540, y: 1200 },
      { action: "up", x: 540, y: 1200 },
    ]);
    await farm.run({ command_type: "keyevent", params: { keycode: 4 } });
    expect(display.keys).toMatchObject([{ action: "down", keyCode: 4 }, { action: "up" }]);
    await farm.run({ command_type: "text", params: { text: "it's 50%safe" } });
    expect(display.typed.join("")).toBe("it's 50%safe");
    expect(await farm.run({ command_type: "text", params: { text: "안녕하세요 🙂" } })).toMatchObject({
      status: "completed",
    });
    expect(display.clipboard).toBe("안녕하세요 🙂");
    expect(display.keys).toContainEqual(expect.objectContaining({ action: "down", keyCode: 279 }));
  });
});

test("a command under way fails with the reason when the cable is pulled", async () => {
  const farm = await startFarm();
  await farm.isKnown();
  const end = farm.run({ command_type: "shell", params: { shellCommand: "sleep 30" } });
  await vi.waitFor(() => expect(farm.state()).toMatchObject({ kind: "busy" }), patient);
  farm.rig.unplug();
  expect(await end).toMatchObject({ status: "failed", error: expect.stringContaining("unplugged") });
});

describe("a relay", () => {
  test("that refuses the token is shown as such", async () => {
    const farm = await startFarm();
    farm.request({
      type: "start",
      relayUrl: farm.relay.url,
      token: "wrong",
      pcId: "desk-1",
      keyName: "farm",
    });
    await vi.waitFor(
      () =>
        expect(farm.reports.at(-1)?.relay).toMatchObject({ kind: "refused", fault: { code: "AUTH_FAILED" } }),
      patient,
    );
    // The devices are held all the same: nothing is lost when the token is right again.
    await farm.ready();
  });

  test("[S7] that comes back gets the phone and its pictures again without anybody asking", async () => {
    const farm = await startFarm();
    await farm.isKnown();
    await farm.restartRelay();
    await vi.waitFor(() => expect(farm.reports.at(-1)?.relay.kind).toBe("connected"), patient);
    const stream = await farm.connectViewer();
    await stream.request("stream:start", { device_id: deviceId, quality: "low", fps: 5 });
    await vi.waitFor(() => expect(stream.all("stream:frame").length).toBeGreaterThan(0), patient);
  });
});

describe("a watched phone", () => {
  test("[S1] sends frames while somebody watches, and none after", async () => {
    const farm = await startFarm();
    await farm.isKnown();
    await farm.stream.request("stream:start", { device_id: deviceId, quality: "low", fps: 5 });
    await vi.waitFor(() => expect(farm.stream.all("stream:frame").length).toBeGreaterThan(0), patient);
    expect(farm.stream.last("stream:frame")).toMatchObject({
      device_id: deviceId,
      frame: "/9j/2Q==",
      width: 240,
      height: 536,
      screen_width: 1080,
      screen_height: 2400,
    });
    await vi.waitFor(() => expect(farm.reports.at(-1)?.devices[0]?.stream?.size.width).toBe(240), patient);
    // Touches now go over scrcpy's control socket, in the pixels of its video.
    await farm.run({ command_type: "tap", params: { x: 540, y: 1200 } });
    await vi.waitFor(() => expect(farm.rig.display.pointers).toHaveLength(2), patient);
    expect(farm.rig.display.pointers[0]).toMatchObject({ action: "down", x: 540, y: 1200 });
    await farm.stream.request("stream:stop", { device_id: deviceId });
    await vi.waitFor(() => expect(farm.reports.at(-1)?.devices[0]?.stream).toBeUndefined(), patient);
  });

  test("shows its picture again after a replug, without anybody asking", async () => {
    const farm = await startFarm();
    await farm.isKnown();
    await farm.stream.request("stream:start", { device_id: deviceId, quality: "low", fps: 5 });
    await vi.waitFor(() => expect(farm.stream.all("stream:frame").length).toBeGreaterThan(0), patient);
    farm.rig.unplug();
    await vi.waitFor(() => expect(farm.dashboard.last("device:disconnected")).toBeDefined(), patient);
    farm.stream.forget();
    farm.rig.plug();
    await vi.waitFor(() => expect(farm.stream.all("stream:frame").length).toBeGreaterThan(0), {
      timeout: 5000,
    });
  });
});
