import { isLogLevel, type LogLevel } from "./log.ts";

export const serverVersion = "3.3.3";

/** The options of scrcpy 3.3.3's server that change what a phone with one display, no camera and no microphone does. */
export interface ScrcpyOptions {
  /** 31 bits; undefined: the socket is called plain `scrcpy`. */
  scid: number | undefined;
  logLevel: LogLevel;
  video: boolean;
  audio: boolean;
  control: boolean;
  videoCodec: VideoCodec;
  videoSource: "display" | "camera";
  videoEncoder: string;
  audioCodec: AudioCodec;
  audioEncoder: string;
  /** Longest edge of the picture, a multiple of 8; 0: no limit. */
  maxSize: number;
  /** Pictures a second; 0: no limit. */
  maxFps: number;
  bitsPerSecond: number;
  displayId: number;
  tunnelForward: boolean;
  cleanup: boolean;
  powerOn: boolean;
  powerOffOnClose: boolean;
  clipboardAutosync: boolean;
  downsizeOnError: boolean;
  sendDeviceMeta: boolean;
  sendFrameMeta: boolean;
  sendDummyByte: boolean;
  sendCodecMeta: boolean;
  lists: ListName[];
}
export type AudioCodec = "opus" | "aac" | "flac" | "raw";
export type VideoCodec = "h264" | "h265" | "av1";
export type ListName = "encoders" | "displays" | "cameras" | "camera_sizes" | "apps";

export type ParsedOptions =
  | { ok: true; options: ScrcpyOptions; warnings: string[] }
  | { ok: false; message: string };

/** Options that the real server knows and this phone has nothing to do for. */
const withoutEffect = new Set(
  (
    "audio_source audio_dup audio_bit_rate audio_codec_options video_codec_options " +
    "angle crop show_touches stay_awake screen_off_timeout camera_id camera_size camera_facing camera_ar camera_fps " +
    "camera_high_speed new_display vd_destroy_content vd_system_decorations capture_orientation display_ime_policy"
  ).split(" "),
);

type Setter = (options: ScrcpyOptions, value: string) => string | undefined;

const flag =
  (name: Flag): Setter =>
  (options, value) => {
    // Java's Boolean.parseBoolean: everything but "true" is false.
    options[name] = value.toLowerCase() === "true";
    return undefined;
  };
type Flag = {
  [K in keyof ScrcpyOptions]: ScrcpyOptions[K] extends boolean ? K : never;
}[keyof ScrcpyOptions];

const whole =
  (name: "bitsPerSecond" | "displayId" | "maxSize", apply = (n: number) => n): Setter =>
  (options, value) => {
    if (!/^[+-]?\d+$/.test(value)) return `For input string: "${value}"`;
    options[name] = apply(Number(value));
    return undefined;
  };

const list =
  (name: ListName): Setter =>
  (options, value) => {
    if (value.toLowerCase() === "true") options.lists.push(name);
    return undefined;
  };

const setters: Record<string, Setter> = {
  scid(options, value) {
    const scid = /^[+-]?[0-9a-f]+$/i.test(value) ? Number.parseInt(value, 16) : Number.NaN;
    if (Number.isNaN(scid) || scid > 0x7fffffff) return `For input string: "${value}"`;
    if (scid < -1) return `scid may not be negative (except -1 for 'none'): ${scid}`;
    options.scid = scid === -1 ? undefined : scid;
    return undefined;
  },
  log_level(options, value) {
    const level = value.toLowerCase();
    if (!isLogLevel(level))
      return `No enum constant com.genymobile.scrcpy.util.Ln.Level.${value.toUpperCase()}`;
    options.logLevel = level;
    return undefined;
  },
  video_codec(options, value) {
    if (value !== "h264" && value !== "h265" && value !== "av1") return `Video codec ${value} not supported`;
    options.videoCodec = value;
    return undefined;
  },
  video_source(options, value) {
    if (value !== "display" && value !== "camera") return `Video source ${value} not supported`;
    options.videoSource = value;
    return undefined;
  },
  audio_codec(options, value) {
    if (value !== "opus" && value !== "aac" && value !== "flac" && value !== "raw")
      return `Audio codec ${value} not supported`;
    options.audioCodec = value;
    return undefined;
  },
  audio_encoder(options, value) {
    options.audioEncoder = value;
    return undefined;
  },
  video_encoder(options, value) {
    options.videoEncoder = value;
    return undefined;
  },
  max_fps(options, value) {
    const fps = value.trim() === "" ? Number.NaN : Number(value);
    if (Number.isNaN(fps)) return `Invalid float value for max_fps: "${value}"`;
    options.maxFps = Math.max(0, fps);
    return undefined;
  },
  raw_stream(options, value) {
    if (value.toLowerCase() !== "true") return undefined;
    options.sendDeviceMeta = options.sendFrameMeta = options.sendDummyByte = options.sendCodecMeta = false;
    return undefined;
  },
  max_size: whole("maxSize", (size) => Math.max(0, size) & ~7),
  video_bit_rate: whole("bitsPerSecond"),
  display_id: whole("displayId"),
  video: flag("video"),
  audio: flag("audio"),
  control: flag("control"),
  tunnel_forward: flag("tunnelForward"),
  cleanup: flag("cleanup"),
  power_on: flag("powerOn"),
  power_off_on_close: flag("powerOffOnClose"),
  clipboard_autosync: flag("clipboardAutosync"),
  downsize_on_error: flag("downsizeOnError"),
  send_device_meta: flag("sendDeviceMeta"),
  send_frame_meta: flag("sendFrameMeta"),
  send_dummy_byte: flag("sendDummyByte"),
  send_codec_meta: flag("sendCodecMeta"),
  list_encoders: list("encoders"),
  list_displays: list("displays"),
  list_cameras: list("cameras"),
  list_camera_sizes: list("camera_sizes"),
  list_apps: list("apps"),
};

/** Reads the command line after the class name: the client's version, then `key=value…`. */
export function parseOptions(args: readonly string[]): ParsedOptions {
  const [version, ...pairs] = args;
  if (version === undefined) return { ok: false, message: "Missing client version" };
  if (version !== serverVersion) {
    const message = `The server version (${serverVersion}) does not match the client (${version})`;
    return { ok: false, message };
  }
  const options = defaultOptions();
  const warnings: string[] = [];
  for (const pair of pairs) {
    const equals = pair.indexOf("=");
    if (equals === -1) return { ok: false, message: `Invalid key=value pair: "${pair}"` };
    const key = pair.slice(0, equals);
    const setter = Object.hasOwn(setters, key) ? setters[key] : undefined;
    if (setter === undefined) {
      if (!withoutEffect.has(key)) warnings.push(`Unknown server option: ${key}`);
      continue;
    }
    const message = setter(options, pair.slice(equals + 1));
    if (message !== undefined) return { ok: false, message };
  }
  return { ok: true, options, warnings };
}

/** What scrcpy 3.3.3's server takes when the client does not say. */
function defaultOptions(): ScrcpyOptions {
  return {
    scid: undefined,
    logLevel: "debug",
    video: true,
    audio: true,
    control: true,
    videoCodec: "h264",
    videoSource: "display",
    videoEncoder: "",
    audioCodec: "opus",
    audioEncoder: "",
    maxSize: 0,
    maxFps: 0,
    bitsPerSecond: 8_000_000,
    displayId: 0,
    tunnelForward: false,
    cleanup: true,
    powerOn: true,
    powerOffOnClose: false,
    clipboardAutosync: true,
    downsizeOnError: true,
    sendDeviceMeta: true,
    sendFrameMeta: true,
    sendDummyByte: true,
    sendCodecMeta: true,
    lists: [],
  };
}
