import type { Display } from "../display.ts";
import type { PhoneModel } from "../model.ts";
import type { ListName } from "./options.ts";

export const opusEncoder = "c2.android.opus.encoder";
const softwareEncoder = "c2.android.avc.encoder";
/** `MediaCodecInfo` says what an encoder runs on since Android 10. */
const firstTellingSdk = 29;
const tellingColumn = 70;

/** What the lists are of. */
export interface Listed {
  display: Display;
  model: PhoneModel;
  /** Whether the phone can encode Opus. */
  hasOpus: boolean;
}

/** The answers to `list_*=true`, in the server's order. */
export function describeLists(lists: readonly ListName[], listed: Listed): string[] {
  const { display } = listed;
  const texts: string[] = [];
  if (lists.includes("encoders")) texts.push(describeVideoEncoders(listed), describeAudioEncoders(listed));
  if (lists.includes("displays")) texts.push(describeDisplays(display));
  if (lists.includes("cameras") || lists.includes("camera_sizes")) texts.push("List of cameras:\n    (none)");
  if (lists.includes("apps")) {
    texts.push("Processing Android apps... (this may take some time)", describeApps(display));
  }
  return texts;
}

export function describeVideoEncoders({ model }: Listed): string {
  const lines = model.h264Encoders.map((name) => {
    const isAlias = name.startsWith("OMX.google.");
    const kind = isAlias || name === softwareEncoder ? "(sw)" : "(hw) [vendor]";
    return encoderLine(`--video-codec=h264 --video-encoder=${name}`, model, kind, isAlias);
  });
  return `List of video encoders:${lines.join("")}`;
}

export function describeAudioEncoders({ model, hasOpus }: Listed): string {
  const opus = `--audio-codec=opus --audio-encoder=${opusEncoder}`;
  return `List of audio encoders:${hasOpus ? encoderLine(opus, model, "(sw)", false) : ""}`;
}

function encoderLine(options: string, { sdk }: PhoneModel, kind: string, isAlias: boolean): string {
  const line = `\n    ${options}`;
  if (sdk < firstTellingSdk) return line;
  return `${line.padEnd(tellingColumn)} ${kind}${isAlias ? ` (alias for ${softwareEncoder})` : ""}`;
}

export function describeDisplays({ size }: Display): string {
  return `List of displays:\n    --display-id=0    (${size.width}x${size.height})`;
}

function describeApps(display: Display): string {
  const lines = display.packages.map((name) => `\n - ${(display.labelOf(name) ?? name).padEnd(30)} ${name}`);
  return `List of apps:${lines.join("")}`;
}
