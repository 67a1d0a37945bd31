import { createCanvas, loadImage } from "@napi-rs/canvas";
import { AdbScrcpyClient, AdbScrcpyOptions3_3_3 } from "@yume-chan/adb-scrcpy";
import { AndroidMotionEventAction, type ScrcpyMediaStreamPacket } from "@yume-chan/scrcpy";
import { afterEach, beforeAll, beforeEach, expect, it, vi } from "vitest";
import { concatenate } from "../../protocol/concatenate.ts";
import { makeDisplay } from "../screen/display.ts";
import { makeScrcpyServer } from "../scrcpy/server.ts";
import { encodeInSoftware } from "../scrcpy/software-encoder.ts";
import { makeH264Decoder } from "../testing/h264-decoder.ts";
import { makeRigWith, type Rig } from "../testing/rig.ts";
import { connectTango, fileOf } from "../testing/tango.ts";
import { installOffscreenCanvas } from "./offscreen-canvas.ts";

/** A phone's picture where there is no browser. */

/** As much of the server's program as the phone looks at. */
const archive = new TextEncoder().encode("PK");
const backspaceKeyCode = 67;
const serverPath = "/data/local/tmp/scrcpy-server.jar";

beforeAll(installOffscreenCanvas);
// Two pictures of one screen must not have a minute's turn between them.
beforeEach(() => void vi.useFakeTimers({ toFake: ["Date"] }));

const rigs: Rig<ReturnType<typeof makeDisplay>>[] = [];
afterEach(() => {
  vi.useRealTimers();
  for (const rig of rigs.splice(0)) rig.close();
});

function switchOn() {
  const rig = makeRigWith(makeDisplay, { startScrcpy: makeScrcpyServer({ encode: encodeInSoftware }) });
  rigs.push(rig);
  return rig;
}

/** The pixels of what is on the screen now. */
function paint({ display }: ReturnType<typeof switchOn>): Buffer {
  const { width, height } = display.size;
  const context = new OffscreenCanvas(width, height).getContext("2d", { alpha: false });
  if (context === null) throw new Error("no context");
  display.draw(context, width, height);
  return Buffer.from(context.getImageData(0, 0, width, height).data);
}

it("screencap -p is a PNG of the screen, pixel by pixel, also when it is turned", async () => {
  const rig = switchOn();
  const adb = await connectTango(rig.usb);
  for (const rotation of [0, 1] as const) {
    rig.display.rotate(rotation);
    const png = await adb.subprocess.noneProtocol.spawnWait("screencap -p");
    const { width, height } = rig.display.size;
    const image = await loadImage(png);
    expect({ width: image.width, height: image.height }).toEqual({ width, height });
    const context = createCanvas(width, height).getContext("2d");
    context.drawImage(image, 0, 0);
    expect(paint(rig).equals(Buffer.from(context.getImageData(0, 0, width, height).data))).toBe(true);
  }
});

it("screencap without -p is the same pixels behind a header of four numbers", async () => {
  const rig = switchOn();
  const adb = await connectTango(rig.usb);
  const bytes = await adb.subprocess.noneProtocol.spawnWait("screencap");
  const { width, height } = rig.display.size;
  expect(Array.from(new Uint32Array(bytes.slice(0, 16).buffer))).toEqual([width, height, 1, 1]);
  expect(paint(rig).equals(bytes.subarray(16))).toBe(true);
});

it.each(["ao", "가나", "🙂🚀"])(
  "draws %s, two letters alike in nothing but the box for what no font has",
  (letters) => {
    const rig = switchOn();
    rig.display.launch("com.tabfarm.notes");
    const [first = "", second = ""] = Array.from(letters);
    const pictures = [first, second].map((letter) => {
      rig.display.type(letter);
      const picture = paint(rig);
      rig.display.key({ action: "down", keyCode: backspaceKeyCode, metaState: 0 });
      return picture;
    });
    expect(pictures[0]?.equals(pictures[1] ?? Buffer.of())).toBe(false);
  },
);

/** Luma of a decoded picture at a place given in parts of the whole. */
function lightAt(
  { samples, width, height }: { samples: Uint8Array; width: number; height: number },
  x: number,
  y: number,
): number {
  return samples[Math.round(y * height) * width + Math.round(x * width)] ?? NaN;
}

it("a scrcpy session shows the real screen, and a tap changes it", async () => {
  const rig = switchOn();
  rig.display.launch("com.android.settings");
  const adb = await connectTango(rig.usb);
  await AdbScrcpyClient.pushServer(adb, fileOf(archive), serverPath);
  const client = await AdbScrcpyClient.start(
    adb,
    serverPath,
    new AdbScrcpyOptions3_3_3({ audio: false, maxSize: 800, videoBitRate: 2_000_000 }),
  );
  const video = await client.videoStream;
  if (video === undefined) throw new Error("no video");
  const decoder = await makeH264Decoder();
  const packets = video.stream.getReader();
  /** How light the next picture is that is light, or dark, near its lower edge. */
  const see = async (isWanted: (light: number) => boolean): Promise<number> => {
    for (;;) {
      const { value, done } = await packets.read();
      if (done) throw new Error("the stream ended");
      const picture = show(value);
      const light = picture === undefined ? NaN : lightAt(picture, 0.5, 0.9);
      if (isWanted(light)) return light;
    }
  };
  const show = (packet: ScrcpyMediaStreamPacket) =>
    splitUnits(packet.data)
      .map((unit) => decoder.decode(unit))
      .at(-1);

  expect(await see((light) => light > 100)).toBeGreaterThan(200);
  const toggle = rig.display
    .describe()
    .children.flatMap((node) => [node, ...node.children])
    .find((node) => node.text === "Dark theme");
  if (toggle === undefined) throw new Error("no such switch");
  const { left, right, top, bottom } = toggle.bounds;
  const touch = {
    pointerId: 0n,
    pointerX: ((left + right) / 2) * (video.width / rig.display.size.width),
    pointerY: ((top + bottom) / 2) * (video.height / rig.display.size.height),
    videoWidth: video.width,
    videoHeight: video.height,
    pressure: 1,
    actionButton: 0,
    buttons: 0,
  };
  await client.controller?.injectTouch({ ...touch, action: AndroidMotionEventAction.Down });
  await client.controller?.injectTouch({ ...touch, action: AndroidMotionEventAction.Up });
  expect(await see((light) => light < 100)).toBeLessThan(60);
  decoder.close();
  await client.close();
});

/** The decoder takes one NAL unit at a time. */
function splitUnits(bytes: Uint8Array): Uint8Array[] {
  const starts: number[] = [];
  for (let i = 0; i + 3 < bytes.length; i += 1) {
    if (bytes[i] === 0 && bytes[i + 1] === 0 && bytes[i + 2] === 0 && bytes[i + 3] === 1) starts.push(i);
  }
  return starts.map((start, index) => concatenate([bytes.subarray(start, starts[index + 1])]));
}
