import { afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { installOffscreenCanvas } from "../../phone/node/offscreen-canvas.ts";
import { makeDisplay } from "../../phone/screen/display.ts";
import { makeScrcpyServer } from "../../phone/scrcpy/server.ts";
import { encodeInSoftware } from "../../phone/scrcpy/software-encoder.ts";
import { makeH264Decoder } from "../../phone/testing/h264-decoder.ts";
import { makeRigWith } from "../../phone/testing/rig.ts";
import {
  mediaPayload,
  readMediaHeader,
  type MediaHeader,
  type MediaKind,
} from "../../protocol/media-packet.ts";
import type { PacketClient } from "../../relay/testing/test-client.ts";
import { closeFarms, deviceId, patient, startFarmOf } from "./testing/farm.ts";

beforeAll(installOffscreenCanvas);
afterEach(closeFarms);

const wall = { device_id: deviceId, quality: "low", encoding: "h264", short_edge: 144, fps: 5 } as const;
const focus = { ...wall, short_edge: 320, fps: 15 } as const;

async function startRealFarm() {
  const rig = makeRigWith(makeDisplay, { startScrcpy: makeScrcpyServer({ encode: encodeInSoftware }) });
  const farm = await startFarmOf(rig);
  await farm.isKnown();
  return { farm, viewer: await farm.connectMediaViewer(), display: rig.display };
}

function headers({ packets }: PacketClient): MediaHeader[] {
  return packets.map((packet) => {
    const header = readMediaHeader(packet);
    if (!header.ok) throw new Error(header.fault.message);
    return header.value;
  });
}

function isVideo({ kind }: MediaHeader): boolean {
  return kind === "key" || kind === "delta";
}

function countOf(viewer: PacketClient, kind: MediaKind): number {
  return headers(viewer).filter((header) => header.kind === kind).length;
}

/** The NAL units of a packet in Annex B, each with its start code. */
function unitsOf(payload: Uint8Array): Uint8Array[] {
  const starts: number[] = [];
  for (let at = 0; at + 4 <= payload.length; at += 1) {
    if (payload[at] === 0 && payload[at + 1] === 0 && payload[at + 2] === 0 && payload[at + 3] === 1)
      starts.push(at);
  }
  return starts.map((start, index) => payload.subarray(start, starts[index + 1]));
}

describe("[M24] a phone's video", () => {
  test("reaches a viewer as the phone encoded it, and is a picture of its screen at every packet", async () => {
    const { farm, viewer, display } = await startRealFarm();
    display.launch("com.tabfarm.motion");
    await viewer.request("stream:start", wall);
    await vi.waitFor(() => expect(viewer.packets.length).toBeGreaterThan(5), patient);
    const all = headers(viewer);
    expect(all.map(({ kind }) => kind).slice(0, 3)).toEqual(["key", "delta", "delta"]);
    expect(all[0]).toMatchObject({
      deviceId,
      width: 144,
      height: 320,
      screenWidth: 1080,
      screenHeight: 2400,
    });
    const decoder = await makeH264Decoder();
    for (const packet of viewer.packets) {
      const pictures = unitsOf(mediaPayload(packet)).map((unit) => decoder.decode(unit));
      expect(pictures.filter((picture) => picture !== undefined)).toHaveLength(1);
    }
    decoder.close();
    await vi.waitFor(
      () => expect(farm.reports.at(-1)?.devices[0]?.stream?.sent[0]).toMatchObject({ what: "video" }),
      patient,
    );
  });

  test("[M23] says when it was captured, taken and sent, one after another", async () => {
    const { viewer, display } = await startRealFarm();
    display.launch("com.tabfarm.motion");
    await viewer.request("stream:start", wall);
    await vi.waitFor(() => expect(viewer.packets.length).toBeGreaterThan(5), patient);
    for (const { capturedMs, takenMs, sentMs, relayedInMs } of headers(viewer)) {
      expect(capturedMs).toBeGreaterThan(Date.now() - 60_000);
      expect(takenMs).toBeGreaterThanOrEqual(capturedMs - 1);
      expect(sentMs).toBeGreaterThanOrEqual(takenMs);
      // Two clocks that were set by each other's answers.
      expect(relayedInMs).toBeGreaterThan(sentMs - 50);
    }
  });

  test("[M31] of a still screen is one picture and then only the word that it is still one", async () => {
    const { viewer } = await startRealFarm();
    await viewer.request("stream:start", wall);
    await vi.waitFor(() => expect(countOf(viewer, "still")).toBeGreaterThan(1), {
      // A phone in Node encodes ten repeats first, on cores that other tests use too.
      timeout: 25_000,
      interval: 20,
    });
    const all = headers(viewer);
    expect(all[0]?.kind).toBe("key");
    // Its clock may move meanwhile, and a busy machine may slow its video down.
    const gapsMs = all.flatMap(({ kind, sentMs }, index) =>
      kind === "still" ? [sentMs - (all[index - 1]?.sentMs ?? 0)] : [],
    );
    expect(Math.min(...gapsMs)).toBeGreaterThan(1900);
  });

  test("[M22] grows with its viewer without a gap and without losing count", async () => {
    const { viewer, display } = await startRealFarm();
    display.launch("com.tabfarm.motion");
    await viewer.request("stream:start", wall);
    await vi.waitFor(() => expect(viewer.packets.length).toBeGreaterThan(3), patient);
    await viewer.request("stream:start", focus);
    await vi.waitFor(() => {
      const large = headers(viewer).filter(({ width }) => width === 320);
      expect(large.length).toBeGreaterThan(5);
    }, patient);
    // The relay shows who asks again what it has kept.
    const video = [
      ...new Map(
        headers(viewer)
          .filter(isVideo)
          .map((each) => [each.sequence, each]),
      ).values(),
    ];
    const first = video.findIndex(({ width }) => width === 320);
    expect(video[first]?.kind).toBe("key");
    expect(new Set(video.map(({ width }) => width))).toEqual(new Set([144, 320]));
    expect(video.slice(first).every(({ width }) => width === 320)).toBe(true);
    expect(video.map(({ sequence }) => sequence)).toEqual(video.map((_, index) => index));
    // As long as the small pictures are apart anyway, and not as long as a server takes to start.
    const gapMs = (video[first]?.sentMs ?? 0) - (video[first - 1]?.sentMs ?? 0);
    expect(gapMs).toBeLessThan(450);
  });

  test("[M25] begins anew when a viewer's decoder asks for it, also of a still screen", async () => {
    const { viewer } = await startRealFarm();
    await viewer.request("stream:start", wall);
    await vi.waitFor(() => expect(countOf(viewer, "key")).toBe(1), patient);
    await viewer.request("stream:refresh", { device_id: deviceId });
    await vi.waitFor(() => expect(countOf(viewer, "key")).toBe(2), patient);
  });

  test("turns with the phone", async () => {
    const { viewer, display } = await startRealFarm();
    await viewer.request("stream:start", wall);
    await vi.waitFor(() => expect(countOf(viewer, "key")).toBe(1), patient);
    display.rotate(1);
    await vi.waitFor(() => {
      expect(headers(viewer).findLast(isVideo)).toMatchObject({
        width: 320,
        height: 144,
        screenWidth: 2400,
        screenHeight: 1080,
      });
    }, patient);
  });

  test("[M26] and JPEGs of the same screen come out of one session", async () => {
    const { viewer, farm, display } = await startRealFarm();
    display.launch("com.tabfarm.motion");
    await viewer.request("stream:start", { ...wall, short_edge: 240 });
    const other = await farm.connectMediaViewer();
    await other.request("stream:start", { ...wall, encoding: "binary" });
    await vi.waitFor(() => expect(countOf(other, "jpeg")).toBeGreaterThan(2), patient);
    expect(countOf(viewer, "jpeg")).toBe(0);
    expect(countOf(other, "delta")).toBe(0);
    const before = countOf(viewer, "delta");
    await vi.waitFor(() => expect(countOf(viewer, "delta")).toBeGreaterThan(before), patient);
    expect(headers(other).find(({ kind }) => kind === "jpeg")).toMatchObject({ layer: "low", width: 240 });
  });

  test("[M29] comes with the word how it stands", async () => {
    const { viewer } = await startRealFarm();
    await viewer.request("stream:start", wall);
    await vi.waitFor(
      () =>
        expect(viewer.last("stream:status")).toMatchObject({
          device_id: deviceId,
          source: "video",
          display: "on",
        }),
      patient,
    );
  });
});
