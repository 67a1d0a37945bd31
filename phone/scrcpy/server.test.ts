import { BufferedReadableStream } from "@yume-chan/stream-extra";
import { afterEach, expect, it, vi } from "vitest";
import { endServers, forTango, pps, readVideo, sps, startServer } from "../testing/scrcpy.ts";

afterEach(endServers);

it("sends SPS and PPS as a packet of their own, then the key frame, then it once more, then nothing", async () => {
  const server = startServer({ audio: false, maxSize: 1280, videoBitRate: 500_000, maxFps: 20 });
  const video = await readVideo(server);
  expect(video.metadata).toMatchObject({ width: 576, height: 1280 });
  expect(await video.next()).toMatchObject({
    type: "configuration",
    data: Uint8Array.from([...sps, ...pps]),
  });
  expect(await video.next()).toMatchObject({
    type: "data",
    keyframe: true,
    data: Uint8Array.of(0, 0, 0, 1, 0x65, 1),
  });
  expect(await video.next()).toMatchObject({ type: "data", keyframe: false });
  expect(server.encoder.opened).toEqual([
    { size: { width: 576, height: 1280 }, bitsPerSecond: 500_000, framesPerSecond: 20 },
  ]);
  expect(server.encoder.painted()).toBe(2);
  server.display.launch("com.tabfarm.notes");
  await video.next();
  expect(server.encoder.painted()).toBe(3);
});

it("starts the encoder anew, with a new config packet, when the phone is turned and when the client asks", async () => {
  const server = startServer({ audio: false, maxSize: 1280 });
  const video = await readVideo(server);
  for (let packet = 0; packet < 3; packet += 1) await video.next();
  server.display.rotate(1);
  expect(await video.next()).toMatchObject({ type: "configuration" });
  expect(await video.next()).toMatchObject({ keyframe: true });
  expect(server.encoder.opened.at(-1)?.size).toEqual({ width: 1280, height: 576 });
  const control = (await server.socket(1)).writable.getWriter();
  await control.write(Uint8Array.of(17));
  let packet = await video.next();
  while (packet.type !== "configuration") packet = await video.next();
  expect(await video.next()).toMatchObject({ keyframe: true });
  expect(server.encoder.opened.length).toBe(3);
  expect(server.encoder.closed()).toBe(2);
});

it("paints nothing while the client does not take what was sent", async () => {
  const server = startServer({ audio: false });
  // More than a local socket holds, so the second one has to wait for the client.
  server.encoder.pictureBytes = 300 * 1024;
  let changes = 0;
  server.display.onDamage(() => (changes += 1));
  server.display.launch("com.tabfarm.motion");
  await vi.waitFor(() => expect(changes).toBeGreaterThan(15));
  expect(server.encoder.painted()).toBe(2);
  const reader = (await server.socket(0)).readable.getReader();
  for (let chunk = 0; chunk < 6; chunk += 1) await reader.read();
  await vi.waitFor(() => expect(server.encoder.painted()).toBeGreaterThan(2));
});

it("makes the picture smaller when the encoder cannot do the first", async () => {
  const server = startServer({ audio: false });
  server.encoder.failNext(1);
  const video = await readVideo(server);
  expect(await video.next()).toMatchObject({ type: "configuration" });
  expect(server.encoder.opened[0]?.size).toEqual({ width: 864, height: 1920 });
  expect(server.printed()).toContain("Retrying with -m1920...");
});

function encodeTouch(width: number, height: number): Uint8Array {
  const bytes = new Uint8Array(32);
  const view = new DataView(bytes.buffer);
  bytes[0] = 2;
  view.setBigInt64(2, -2n);
  view.setInt32(10, 288);
  view.setInt32(14, 320);
  view.setUint16(18, width);
  view.setUint16(20, height);
  return bytes;
}

it("puts a touch where the client saw it, and ignores one on a picture of another size", async () => {
  const server = startServer({ audio: false, maxSize: 1280 });
  const video = await readVideo(server);
  await video.next();
  const pointer = vi.spyOn(server.display, "pointer");
  const control = (await server.socket(1)).writable.getWriter();
  await control.write(encodeTouch(1280, 576));
  await control.write(encodeTouch(576, 1280));
  await vi.waitFor(() => expect(pointer).toHaveBeenCalled());
  expect(pointer.mock.calls).toEqual([[{ action: "down", id: 0, x: 540, y: 600 }]]);
});

it("sets the clipboard, pastes it and acknowledges; tells what the phone copies", async () => {
  const server = startServer({ audio: false, video: false });
  server.display.launch("com.tabfarm.notes");
  const socket = await server.socket(0);
  const control = socket.writable.getWriter();
  const text = new TextEncoder().encode("안녕하세요 🙂");
  const head = [9, 0, 0, 0, 0, 0, 0, 0, 7, 1, 0, 0, 0, text.length];
  await control.write(Uint8Array.from([...head, ...text]));
  const bytes = new BufferedReadableStream(forTango(socket));
  await bytes.readExactly(64);
  expect(Array.from(await bytes.readExactly(9))).toEqual([1, 0, 0, 0, 0, 0, 0, 0, 7]);
  expect(JSON.stringify(server.display.describe())).toContain("안녕하세요 🙂");
  server.display.key({ action: "down", keyCode: 278, metaState: 0 });
  expect(Array.from(await bytes.readExactly(5))).toEqual([0, 0, 0, 0, text.length]);
});

/** TYPE_SET_DISPLAY_POWER, and the power key down and up. */
const panelOff = Uint8Array.of(10, 0);
const powerKey = [0, 1].map((action) => Uint8Array.of(0, action, 0, 0, 0, 26, 0, 0, 0, 0, 0, 0, 0, 0));

it("puts the panel out and goes on, keeps it out when the phone wakes, and lights it at its end", async () => {
  const server = startServer({ audio: false });
  const video = await readVideo(server);
  const control = (await server.socket(1)).writable.getWriter();
  await control.write(panelOff);
  await vi.waitFor(() => expect(server.display.isLit).toBe(false));
  for (const message of [...powerKey, ...powerKey]) await control.write(message);
  await vi.waitFor(() => expect(server.display.isLit).toBe(true));
  await vi.waitFor(() => expect(server.printed()).toContain("Forcing display off"));
  expect(server.display.isLit).toBe(false);
  server.display.launch("com.tabfarm.notes");
  expect(await video.next()).toMatchObject({ type: "configuration" });
  await control.close();
  await server.exited;
  expect(server.display.isLit).toBe(true);
});

it("leaves the panel dark at its end when it is told to clean nothing up", async () => {
  const server = startServer({ audio: false, cleanup: false });
  const control = (await server.socket(1)).writable.getWriter();
  await control.write(panelOff);
  await vi.waitFor(() => expect(server.display.isLit).toBe(false));
  await control.close();
  await server.exited;
  expect(server.display.isLit).toBe(false);
});

it("types as Android's keyboard can, and warns of the rest", async () => {
  const server = startServer({ audio: false, video: false });
  server.display.launch("com.tabfarm.notes");
  const control = (await server.socket(0)).writable.getWriter();
  const text = new TextEncoder().encode("aé한");
  await control.write(Uint8Array.from([1, 0, 0, 0, text.length, ...text]));
  await vi.waitFor(() => expect(server.printed()).toContain("Could not inject char u+d55c"));
  expect(JSON.stringify(server.display.describe())).toContain('"text":"aé"');
});

it("ends with 0 when the control connection says nonsense or the phone is unplugged", async () => {
  const nonsense = startServer({ audio: false });
  await (await nonsense.socket(1)).writable.getWriter().write(Uint8Array.of(99));
  expect(await nonsense.exited).toBe(0);
  const unplugged = startServer({ audio: false });
  await readVideo(unplugged);
  unplugged.stop.abort();
  expect(await unplugged.exited).toBe(0);
  await vi.waitFor(() => expect(unplugged.encoder.closed()).toBe(unplugged.encoder.opened.length));
});

it("says which encoders there are instead of encoding H.265", async () => {
  const server = startServer({ audio: false }, ["video_codec=h265"]);
  expect(await server.exited).toBe(0);
  expect(server.printed()).toContain("Could not create default video encoder for h265");
  expect(server.printed()).toContain("--video-codec=h264 --video-encoder=c2.android.avc.encoder");
});

it("comes back smaller when the encoder refuses the first size, as scrcpy does", async () => {
  const server = startServer({ audio: false, maxSize: 1280 }, [], {
    canEncode: ({ height }) => height !== 1280,
  });
  const video = await readVideo(server);
  expect(await video.next()).toMatchObject({ type: "configuration" });
  expect(server.encoder.opened.map(({ size }) => size.height)).toEqual([1024]);
  expect(server.printed()).toContain("Retrying with -m1024...");
});

it("encodes with the encoder that is asked for, and lists those it has when there is no such one", async () => {
  const asked: string[] = [];
  const canEncode = (_: unknown, encoder: string) => {
    asked.push(encoder);
    return encoder === "c2.android.avc.encoder";
  };
  const usual = startServer({ audio: false, maxSize: 480 }, [], { canEncode });
  expect(await usual.exited).toBe(0);
  expect(asked).toEqual(["c2.exynos.h264.encoder"]);
  const other = startServer({ audio: false, videoEncoder: "c2.android.avc.encoder" }, [], { canEncode });
  expect(await (await readVideo(other)).next()).toMatchObject({ type: "configuration" });
  expect(other.printed()).toContain("Creating encoder by name: 'c2.android.avc.encoder'");
  const missing = startServer({ audio: false, videoEncoder: "c2.qti.avc.encoder" });
  expect(await missing.exited).toBe(0);
  expect(missing.printed()).toContain("Video encoder 'c2.qti.avc.encoder' for h264 not found\nList of video");
});

it("ends when its encoder breaks in the middle and does not come back", async () => {
  let isBroken = false;
  const server = startServer({ audio: false, maxSize: 1280 }, [], { canEncode: () => !isBroken });
  const video = await readVideo(server);
  expect(await video.next()).toMatchObject({ type: "configuration" });
  isBroken = true;
  server.display.launch("com.tabfarm.notes");
  expect(await server.exited).toBe(0);
  expect(server.printed()).toContain("MediaCodec$CodecException");
});
