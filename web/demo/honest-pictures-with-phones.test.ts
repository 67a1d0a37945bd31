import { afterEach, beforeAll, expect, test, vi } from "vitest";
import { keyCodes } from "../../phone/key-codes.ts";
import { installOffscreenCanvas } from "../../phone/node/offscreen-canvas.ts";
import { makeDisplay } from "../../phone/screen/display.ts";
import { makeScrcpyServer } from "../../phone/scrcpy/server.ts";
import { encodeInSoftware } from "../../phone/scrcpy/software-encoder.ts";
import { makeRigWith } from "../../phone/testing/rig.ts";
import { readMediaHeader, type MediaKind } from "../../protocol/media-packet.ts";
import type { PacketClient } from "../../relay/testing/test-client.ts";
import { closeFarms, deviceId, startFarmOf } from "./testing/farm.ts";

/** What a viewer is told of pictures that are black, poor or missing, from the phone's dumpsys to the viewer. */

const patient = { timeout: 25_000, interval: 50 };
const video = { device_id: deviceId, quality: "low", encoding: "h264", short_edge: 144, fps: 5 } as const;
const jpeg = { device_id: deviceId, quality: "low", encoding: "binary", fps: 1 } as const;

beforeAll(installOffscreenCanvas);
afterEach(closeFarms);

async function startFarm() {
  const rig = makeRigWith(makeDisplay, { startScrcpy: makeScrcpyServer({ encode: encodeInSoftware }) });
  const farm = await startFarmOf(rig);
  await farm.isKnown();
  const viewer = await farm.connectMediaViewer();
  const isTold = (status: object): Promise<void> =>
    vi.waitFor(() => expect(viewer.last("stream:status")).toMatchObject(status), patient);
  return { farm, viewer, phone: rig.phone, display: rig.display, isTold };
}

function countOf({ packets }: PacketClient, kind: MediaKind): number {
  return packets.filter((packet) => {
    const header = readMediaHeader(packet);
    return header.ok && header.value.kind === kind;
  }).length;
}

test("[M30] a viewer is told that the app forbids pictures, that the phone sleeps, and that it is locked", async () => {
  const { viewer, display, isTold } = await startFarm();
  const press = (keyCode: number): void => display.key({ action: "down", keyCode, metaState: 0 });
  await viewer.request("stream:start", video);
  await isTold({ source: "video", display: "on", is_locked: false, is_secure: false });
  display.launch("com.tabfarm.bank");
  await isTold({ display: "on", is_secure: true });
  display.keyguard.isEnabled = true;
  press(keyCodes.SLEEP);
  await isTold({ display: "off" });
  press(keyCodes.WAKEUP);
  await isTold({ display: "on", is_locked: true, is_secure: false });
  display.keyguard.dismiss();
  await isTold({ is_locked: false, is_secure: true });
  expect(viewer.last("stream:status")).not.toHaveProperty("problem");
}, 60_000);

test("[M34, M35] a phone whose encoder refuses shows itself by another one, and by single pictures without any", async () => {
  const { farm, viewer, phone, display, isTold } = await startFarm();
  phone.faults.add({ name: "encoder-refuses", which: "default" });
  await viewer.request("stream:start", video);
  await vi.waitFor(() => expect(countOf(viewer, "key")).toBeGreaterThan(0), patient);
  await isTold({ source: "video" });
  expect(viewer.last("stream:status")).not.toHaveProperty("problem");

  phone.faults.add({ name: "encoder-refuses", which: "all" });
  display.launch("com.tabfarm.notes");
  await isTold({ source: "screencap", problem: expect.stringContaining("MediaCodec") });
  await vi.waitFor(() => expect(farm.state()).toMatchObject({ kind: "ready", problems: [] }), patient);
  await viewer.request("stream:start", jpeg);
  await vi.waitFor(() => expect(countOf(viewer, "jpeg")).toBeGreaterThan(0), patient);
}, 90_000);

test("[M33] who asks for sound hears the phone, and its picture goes on as it was", async () => {
  const { viewer, isTold } = await startFarm();
  await viewer.request("stream:start", video);
  await vi.waitFor(() => expect(countOf(viewer, "key")).toBeGreaterThan(0), patient);
  await viewer.request("stream:start", { ...video, sound: true });
  await vi.waitFor(() => expect(countOf(viewer, "sound")).toBeGreaterThan(20), patient);
  expect(countOf(viewer, "sound-start")).toBe(1);
  await isTold({ source: "video" });
  expect(viewer.last("stream:status")).not.toHaveProperty("sound_problem");
}, 60_000);
