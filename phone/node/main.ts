import { createInterface } from "node:readline";
import { systemClock } from "../clock.ts";
import { makeModels } from "../models.ts";
import { makePhone } from "../phone.ts";
import { makeRack } from "../rack.ts";
import { makeDisplay } from "../screen/display.ts";
import { makeScrcpyServer } from "../scrcpy/server.ts";
import { encodeInSoftware } from "../scrcpy/software-encoder.ts";
import { plugPhone } from "../usb/usb-bus.ts";
import { type AdbPort, openAdbPort } from "./adb-port.ts";
import { obey } from "./console.ts";
import { installOffscreenCanvas } from "./offscreen-canvas.ts";
import { helpText, type Options, readOptions } from "./options.ts";
import { openPhoneLog } from "./phone-log.ts";
import { openUsbipPort } from "./usbip-port.ts";

/** `npm run phones`: virtual phones that programs outside of a browser reach, by USB/IP and by TCP. */

const badUsage = 2;
const failure = 1;

const options = readOptions(process.argv.slice(2));
if (!options.ok) exitWith(`${options.fault.message} (--help lists the options)`, badUsage);
else if (options.value.isHelpAsked) process.stdout.write(helpText);
else {
  await run(options.value).catch((error: unknown) =>
    exitWith(error instanceof Error ? error.message : String(error), failure),
  );
}

async function run({ count, host, tcpPort, usbipPort, isSecure, logFile }: Options): Promise<void> {
  installOffscreenCanvas();
  const log = logFile === undefined ? undefined : openPhoneLog(logFile);
  const startScrcpy = makeScrcpyServer({ encode: log?.encoder(encodeInSoftware) ?? encodeInSoftware });
  const models = makeModels(count).map((model) => (isSecure ? { ...model, isAdbSecure: true } : model));
  const adbPorts = new Map<string, AdbPort>();
  for (const [at, { serial }] of models.entries()) {
    if (tcpPort === undefined) break;
    const port = tcpPort === 0 ? 0 : tcpPort + at;
    adbPorts.set(serial, await openAdbPort({ host, port, onBug: tellBug }));
  }
  const usbip =
    usbipPort === undefined ? undefined : await openUsbipPort({ host, port: usbipPort, onBug: tellBug });

  const rack = makeRack({
    switchOn: (model, onReboot) => {
      const display = makeDisplay(model);
      log?.watch(display);
      return makePhone({ model, display, startScrcpy, clock: systemClock, onReboot, onBug: tellBug });
    },
    plugIn: (phone) => {
      const adbPort = adbPorts.get(phone.model.serial);
      return [
        ...(adbPort === undefined ? [] : [adbPort.plugIn(phone)]),
        ...(usbip === undefined ? [] : [plugPhone(usbip.server, phone)]),
      ];
    },
    onChange: () => undefined,
  });
  for (const model of models) rack.add(model);
  for (const [at, { serial, model }] of models.entries()) {
    const adbPort = adbPorts.get(serial);
    const ways = [
      ...(usbip === undefined ? [] : [`USB/IP ${host}:${usbip.port} 1-${at + 1}`]),
      ...(adbPort === undefined ? [] : [`adb connect ${host}:${adbPort.port}`]),
    ];
    say(`${String(at + 1).padStart(2)}  ${serial.padEnd(18)} ${model.padEnd(18)} ${ways.join("   ")}`);
  }
  say('ready; "help" lists what can be done to them');

  const lines = createInterface({ input: process.stdin });
  lines.on("line", (line) => say(obey(rack, line)));
  // The end of the input is no wish to stop: a service has none.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.once(signal, () => {
      rack.close();
      process.exit();
    });
  }
}

function say(line: string): void {
  if (line !== "") process.stdout.write(`${line}\n`);
}

function tellBug(error: unknown): void {
  process.stderr.write(`bug: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
}

function exitWith(line: string, code: number): void {
  process.stderr.write(`phones: ${line}\n`);
  process.exitCode = code;
}
