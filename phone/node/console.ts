import type { Phone } from "../phone.ts";
import type { Rack } from "../rack.ts";
import { tapAllow } from "../tap-allow.ts";

interface ConsoleCommand {
  /** What stands behind the command's name, for the help. */
  usage: string;
  help: string;
  /** Answers the line to print. */
  run(rack: Rack, phone: Phone): string;
}

const commands: Record<string, ConsoleCommand> = {
  plug: {
    usage: "<phone>",
    help: "puts its cable in",
    run: (rack, { model }) => {
      rack.plug(model.serial);
      return `${model.serial} is plugged in`;
    },
  },
  unplug: {
    usage: "<phone>",
    help: "pulls its cable",
    run: (rack, { model }) => {
      rack.unplug(model.serial);
      return `${model.serial} is unplugged`;
    },
  },
  turn: {
    usage: "<phone>",
    help: "turns it on its side, or back up",
    run: (_rack, { model, display }) => {
      display.rotate(display.rotation === 0 ? 1 : 0);
      return `${model.serial} is turned`;
    },
  },
  allow: {
    usage: "<phone>",
    help: 'taps "Allow" on a phone that asks',
    run: (_rack, { model, display }) => {
      if (!display.isAsking) return `${model.serial} does not ask`;
      tapAllow(display);
      return `${model.serial} lets the computer in`;
    },
  },
};

const helpText = [
  "A phone is named by its number (1 is the first) or its serial number.",
  ...Object.entries(commands).map(([name, { usage, help }]) => `  ${`${name} ${usage}`.padEnd(24)} ${help}`),
  "  list                     the phones",
].join("\n");

/** Obeys one line a person typed; answers what to print. */
export function obey(rack: Rack, line: string): string {
  const [name = "", wanted = ""] = line.trim().split(/\s+/);
  if (name === "") return "";
  if (name === "help") return helpText;
  if (name === "list") return listOf(rack);
  const command = commands[name];
  if (command === undefined) return `there is no command "${name}"; "help" lists them`;
  const phone = rack.phones()[Number(wanted) - 1]?.phone ?? rack.phoneOf(wanted);
  if (phone === undefined) return `there is no phone "${wanted}"; "list" lists them`;
  return command.run(rack, phone);
}

function listOf(rack: Rack): string {
  return rack
    .phones()
    .map(({ phone: { model, display }, isPlugged }, at) => {
      const state = isPlugged ? (display.isAsking ? "asks on its screen" : "plugged in") : "unplugged";
      return `${String(at + 1).padStart(2)}  ${model.serial.padEnd(18)} ${model.model.padEnd(18)} ${state}`;
    })
    .join("\n");
}
