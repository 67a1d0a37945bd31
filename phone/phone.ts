import { serveConnection } from "./adb/connection.ts";
import { makeKeyRing } from "./adb/key-ring.ts";
import type { Wire } from "./adb/wire.ts";
import type { Android } from "./android/android.ts";
import { commandTable } from "./android/commands/table.ts";
import { makeInitialFiles } from "./android/initial-files.ts";
import { makeInstallSessions } from "./android/install-sessions.ts";
import { makeLog } from "./android/log.ts";
import { makePackages } from "./android/packages.ts";
import { makeProcesses } from "./android/processes.ts";
import { makeProperties } from "./android/properties.ts";
import { makeSettings } from "./android/settings.ts";
import type { Clock } from "./clock.ts";
import type { Display } from "./display.ts";
import type { PhoneModel } from "./model.ts";
import type { StartScrcpy } from "./scrcpy/context.ts";
import { makeLocalSockets } from "./services/local-sockets.ts";
import { features, makeServices } from "./services/router.ts";

/** One virtual phone, switched on. Plugs bring it wires. */
export interface Phone {
  readonly model: PhoneModel;
  readonly display: Display;
  readonly android: Android;
  /** Serves one computer; settles when that wire ends. */
  connect(wire: Wire): Promise<void>;
  close(): void;
}

export interface PhoneOptions {
  model: PhoneModel;
  display: Display;
  startScrcpy: StartScrcpy;
  clock: Clock;
  /** The phone wants to leave its plugs and come back. */
  onReboot: () => void;
  /** Told of errors that are no expected failure; the phone goes on. */
  onBug: (error: unknown) => void;
}

export function makePhone(options: PhoneOptions): Phone {
  const { model, display, clock, onBug } = options;
  const bootedMs = clock.now();
  const properties = makeProperties(model);
  const files = makeInitialFiles({ model, clock, bootedMs, properties, binaries: Object.keys(commandTable) });
  const packages = makePackages(files, model.sdk);
  const android: Android = {
    model,
    display,
    clock,
    bootedMs,
    properties,
    files,
    settings: makeSettings(model),
    log: makeLog(clock),
    processes: makeProcesses(),
    packages,
    installs: makeInstallSessions(packages),
    sockets: makeLocalSockets(),
    startScrcpy: options.startScrcpy,
    reboot: options.onReboot,
  };
  const openService = makeServices(android);
  const keyRing = makeKeyRing();
  const wires = new Set<Wire>();
  let isOff = false;

  return {
    model,
    display,
    android,
    async connect(wire) {
      if (isOff) return;
      wires.add(wire);
      const served = serveConnection({
        wire,
        banner: bannerOf(model),
        features,
        isSecure: model.isAdbSecure,
        keyRing,
        askDebugging: (request) => display.askDebugging(request),
        openService,
        makeToken: () => crypto.getRandomValues(new Uint8Array(20)),
        onBug,
      });
      // A bug in serving one computer costs that computer its connection, never the phone.
      await served.catch(onBug);
      wire.close();
      wires.delete(wire);
    },
    close() {
      // First: a plug follows a wire that ended by itself with a fresh one.
      isOff = true;
      for (const wire of wires) wire.close();
      display.close();
    },
  };
}

function bannerOf(model: PhoneModel): string {
  const properties = { name: model.product, model: model.model, device: model.product };
  const pairs = Object.entries(properties).map(([key, value]) => `ro.product.${key}=${value}`);
  return `device::${[...pairs, `features=${features.join(",")}`].join(";")}`;
}
