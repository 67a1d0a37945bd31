import type { ReadableStream } from "@yume-chan/stream-extra";
import type { ShellResult } from "../../../protocol/command.ts";
import type { TransferHooks } from "./adb-files.ts";
import type { ScrcpySession, ScrcpyWish } from "../screen/scrcpy-session.ts";
import type { SoundSession, SoundWish } from "../sound/sound-session.ts";

/** A device that let us in: what a session may do with it. Everything rejects once the link has ended. */
export interface DeviceLink {
  /** Resolves with what the failing layer said when ADB ends by itself; unplugging is told elsewhere. */
  readonly ended: Promise<string>;
  /** When the device last sent anything but a mere acknowledgement, or took a part of a file; by `performance.now()`. */
  heardAtMs(): number;
  /** Runs a line in the device's sh with stdin closed. Output beyond 1 MB a stream is dropped and said so. */
  shell(commandLine: string, timeLimitMs: number): Promise<ShellResult>;
  /** The raw standard output of a line, byte for byte; rejects beyond 64 MB. */
  readOutput(commandLine: string, timeLimitMs: number): Promise<Uint8Array>;
  /** Writes a file on the device; rejects with its path and what the device says, e.g. "No space left on device". */
  push(path: string, file: ReadableStream<Uint8Array>, hooks?: TransferHooks): Promise<void>;
  /** Hands over a file of the device in parts, which are not used again. */
  pull(path: string, take: (part: Uint8Array) => void, hooks?: TransferHooks): Promise<void>;
  startScrcpy(wish: ScrcpyWish): Promise<ScrcpySession>;
  /** The names of its H.264 encoders as scrcpy knows them, the default first. */
  listEncoders(): Promise<string[]>;
  /** Rejects with a `NoSoundError` when the device gives none in this codec. */
  startSound(wish: SoundWish): Promise<SoundSession>;
  /** Asks adbd itself, which needs neither a shell nor an Android that answers. */
  reboot(): Promise<void>;
  /** Lets go of the device. Never rejects. */
  close(): Promise<void>;
}

export interface OpenLinkWish {
  /** The device shows "Allow USB debugging?": from now on the wait has no limit. */
  onAuthorizing(): void;
  /** Resets the USB device before ADB is opened, and tells what came of it: undefined when it went well. */
  onUsbReset?: ((refusal: string | undefined) => void) | undefined;
  handshakeLimitMs: number;
  /** Gives up and lets go of the device. */
  signal: AbortSignal;
}

/** Claims a device and opens ADB; rejects with what WebUSB or ADB threw (`problemOfError` reads it). */
export type OpenLink = (wish: OpenLinkWish) => Promise<DeviceLink>;
