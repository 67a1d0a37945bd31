import type { Clock } from "../clock.ts";
import type { Display, Size } from "../display.ts";
import type { PhoneModel } from "../model.ts";
import type { StartScrcpy } from "../scrcpy/context.ts";
import type { LocalSockets } from "../services/local-sockets.ts";
import type { FileSystem } from "./file-system.ts";
import type { InstallSessions } from "./install-sessions.ts";
import type { Log } from "./log.ts";
import type { Packages } from "./packages.ts";
import type { Processes } from "./processes.ts";
import type { Properties } from "./properties.ts";
import type { Settings } from "./settings.ts";

/** The running system: everything a command or an ADB service may touch. */
export interface Android {
  model: PhoneModel;
  display: Display;
  clock: Clock;
  /** Milliseconds since it was switched on, whatever became of its clock. */
  upMs: () => number;
  files: FileSystem;
  properties: Properties;
  settings: Settings;
  log: Log;
  processes: Processes;
  packages: Packages;
  installs: InstallSessions;
  sockets: LocalSockets;
  startScrcpy: StartScrcpy;
  /** Whether the video encoder of this name takes pictures of this size. */
  canEncode: (size: Size, encoder: string) => boolean;
  /** Leaves the USB bus and comes back; files in `/data` stay. */
  reboot: () => void;
}
