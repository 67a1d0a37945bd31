import * as v from "valibot";
import { screenshotResult, shellResult, type CommandType } from "../../../protocol/command.ts";
import type { Size } from "../../../protocol/fields.ts";

/** What a shell command said; a worker that knows only the event document may send no exit code. */
export interface ShellOutput {
  stdout: string;
  stderr: string;
  exit_code?: number;
  is_truncated?: boolean | undefined;
}

/** A picture ready to be shown and kept. */
export interface Screenshot {
  url: string;
  extension: "png" | "jpg";
  size?: Size;
}

/** An ack's `result` is whatever a worker sent: what is not our shape is shown as it came. */
export function shellOutputOf(type: CommandType, result: unknown): ShellOutput | undefined {
  if (type !== "shell" || result === undefined || result === null) return undefined;
  const parsed = v.safeParse(shellResult, result);
  if (parsed.success) return parsed.output;
  return { stdout: typeof result === "string" ? result : JSON.stringify(result, null, 2), stderr: "" };
}

const base64Image = /^(?:data:image\/(?:png|jpeg);base64,)?([A-Za-z0-9+/]{16,}={0,2})$/;

/** Our shape, or the bare base64 of a PNG or JPEG. */
export function screenshotOf(type: CommandType, result: unknown): Screenshot | undefined {
  if (type !== "screenshot") return undefined;
  const parsed = v.safeParse(screenshotResult, result);
  if (parsed.success) {
    const { mime, base64, width, height } = parsed.output;
    return { url: `data:${mime};base64,${base64}`, extension: "png", size: { width, height } };
  }
  const base64 = typeof result === "string" ? base64Image.exec(result)?.[1] : undefined;
  if (base64 === undefined) return undefined;
  // Base64 of a JPEG's first bytes, FF D8 FF.
  const isJpeg = base64.startsWith("/9j/");
  return { url: `data:image/${isJpeg ? "jpeg" : "png"};base64,${base64}`, extension: isJpeg ? "jpg" : "png" };
}

/** The picture's bytes, as they are in a file. */
export function screenshotBlob({ url }: Screenshot): Blob {
  const [type, base64] = url.slice("data:".length).split(";base64,");
  const bytes = Uint8Array.from(atob(base64 ?? ""), (letter) => letter.charCodeAt(0));
  return new Blob([bytes], { type: type ?? "" });
}
