import type { Display } from "../display.ts";
import type { ListName } from "./options.ts";

/** What a phone without a hardware encoder has; the first is the default. */
export const encoderNames = ["c2.android.avc.encoder", "OMX.google.h264.encoder"];

/** The answers to `list_*=true`, in the server's order. */
export function describeLists(lists: readonly ListName[], display: Display): string[] {
  const texts: string[] = [];
  if (lists.includes("encoders")) texts.push(describeEncoders("video"), describeEncoders("audio"));
  if (lists.includes("displays")) texts.push(describeDisplays(display));
  if (lists.includes("cameras") || lists.includes("camera_sizes")) texts.push("List of cameras:\n    (none)");
  if (lists.includes("apps")) {
    texts.push("Processing Android apps... (this may take some time)", describeApps(display));
  }
  return texts;
}

export function describeEncoders(kind: "video" | "audio"): string {
  if (kind === "audio") return "List of audio encoders:";
  const lines = encoderNames.map((name, index) => {
    const line = `\n    --video-codec=h264 --video-encoder=${name}`;
    const alias = index === 0 ? "" : ` (alias for ${encoderNames[0]})`;
    return `${line.padEnd(70)} (sw)${alias}`;
  });
  return `List of video encoders:${lines.join("")}`;
}

export function describeDisplays({ size }: Display): string {
  return `List of displays:\n    --display-id=0    (${size.width}x${size.height})`;
}

function describeApps(display: Display): string {
  const lines = display.packages.map((name) => `\n - ${(display.labelOf(name) ?? name).padEnd(30)} ${name}`);
  return `List of apps:${lines.join("")}`;
}
