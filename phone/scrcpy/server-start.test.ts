import { BufferedReadableStream } from "@yume-chan/stream-extra";
import { afterEach, expect, it, vi } from "vitest";
import { endServers, forTango, pps, readVideo, sps, startServer } from "../testing/scrcpy.ts";

afterEach(endServers);

it("opens video, audio and control in this order through the reverse tunnel", async () => {
  const server = startServer({ scid: "0000002a", audio: true });
  const video = await readVideo(server);
  const audio = await server.socket(1);
  // Without an encoder for Opus, as here, there is no sound.
  expect(await server.options.parseAudioStreamMetadata(forTango(audio))).toMatchObject({ type: "disabled" });
  await server.socket(2);
  expect(server.names).toEqual(["scrcpy_0000002a", "scrcpy_0000002a", "scrcpy_0000002a"]);
  expect(video.metadata).toMatchObject({ deviceName: "Pixel 8", width: 1080, height: 2400 });
});

it("listens for a forward tunnel and sends the dummy byte on the first socket only", async () => {
  const server = startServer({ tunnelForward: true, audio: false });
  const video = await server.connect();
  const control = await server.connect();
  const bytes = new BufferedReadableStream(forTango(video));
  expect(Array.from(await bytes.readExactly(1))).toEqual([0]);
  expect(new TextDecoder().decode(await bytes.readExactly(64)).replaceAll("\0", "")).toBe("Pixel 8");
  await vi.waitFor(() => expect(server.names).toEqual(["scrcpy", "closed"]));
  control.close();
  expect(await server.exited).toBe(0);
});

it("begins with the dummy byte, the phone's name and the codec, byte for byte", async () => {
  const server = startServer({ tunnelForward: true, audio: false });
  const bytes = new BufferedReadableStream(forTango(await server.connect()));
  await server.connect();
  // prettier-ignore
  expect(Array.from(await bytes.readExactly(1 + 64 + 12 + 12))).toEqual([
    0x00, // dummy byte
    0x50, 0x69, 0x78, 0x65, 0x6c, 0x20, 0x38, // "Pixel 8"
    ...Array.from({ length: 57 }, () => 0x00), // up to 64 bytes
    0x68, 0x32, 0x36, 0x34, // "h264"
    0x00, 0x00, 0x04, 0x38, // width 1080
    0x00, 0x00, 0x09, 0x60, // height 2400
    0x80, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, // a config packet
    0x00, 0x00, 0x00, sps.length + pps.length, // its length
  ]);
});

it("refuses a client of another version with exit code 1", async () => {
  const server = startServer({}, ["nonsense"]);
  expect(await server.exited).toBe(1);
  expect(server.printed()).toContain('[server] ERROR: Invalid key=value pair: "nonsense"');
});

it("lists what it is asked to list and starts nothing", async () => {
  const server = startServer({ listDisplays: true, listEncoders: true });
  expect(await server.exited).toBe(0);
  expect(server.printed()).toContain("--display-id=0    (1080x2400)");
  const line = (encoder: string) => `\n    --video-codec=h264 --video-encoder=${encoder}`.padEnd(70);
  expect(server.printed()).toContain(
    `[server] INFO: List of video encoders:${line("c2.exynos.h264.encoder")} (hw) [vendor]` +
      `${line("c2.android.avc.encoder")} (sw)` +
      `${line("OMX.google.h264.encoder")} (sw) (alias for c2.android.avc.encoder)\n`,
  );
  expect(server.encoder.opened).toEqual([]);
});
