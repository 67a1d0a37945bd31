import { ScrcpyOptions3_3_3 } from "@yume-chan/scrcpy";
import { expect, it } from "vitest";
import { parseOptions } from "./options.ts";

function parse(...args: string[]) {
  const parsed = parseOptions(["3.3.3", ...args]);
  if (!parsed.ok) throw new Error(parsed.message);
  return parsed;
}

it("reads what a client of 3.3.3 writes", () => {
  const client = new ScrcpyOptions3_3_3({
    scid: "1234abcd",
    maxSize: 1285,
    maxFps: 12.5,
    videoBitRate: 640_000,
    audio: false,
    tunnelForward: true,
    clipboardAutosync: false,
    cleanup: false,
  });
  expect(parse(...client.serialize())).toMatchObject({
    warnings: [],
    options: {
      scid: 0x1234abcd,
      maxSize: 1280,
      maxFps: 12.5,
      bitsPerSecond: 640_000,
      video: true,
      audio: false,
      control: true,
      tunnelForward: true,
      clipboardAutosync: false,
      cleanup: false,
    },
  });
});

it("turns every header off for a raw stream", () => {
  expect(parse("raw_stream=true").options).toMatchObject({
    sendDeviceMeta: false,
    sendFrameMeta: false,
    sendDummyByte: false,
    sendCodecMeta: false,
  });
});

it("warns of an option it does not know, and not of one that changes nothing here", () => {
  expect(parse("sound=on", "show_touches=true").warnings).toEqual(["Unknown server option: sound"]);
});

it.each([
  [[], "Missing client version"],
  [["3.1"], "The server version (3.3.3) does not match the client (3.1)"],
  [["3.3.3", "audio"], 'Invalid key=value pair: "audio"'],
  [["3.3.3", "video_codec=vp9"], "Video codec vp9 not supported"],
  [["3.3.3", "max_fps=fast"], 'Invalid float value for max_fps: "fast"'],
  [["3.3.3", "max_size=big"], 'For input string: "big"'],
  [["3.3.3", "scid=-5"], "scid may not be negative (except -1 for 'none'): -5"],
])("refuses %j with the real server's words", (args, message) => {
  expect(parseOptions(args)).toEqual({ ok: false, message });
});
