import { breakPhone, mendPhone } from "../break-phone.ts";
import { faultTable, isFaultName } from "../fault-table.ts";
import type { Phone } from "../phone.ts";
import type { Rack } from "../rack.ts";
import { tapAllow } from "../tap-allow.ts";

interface ConsoleCommand {
  /** What stands behind the command's name, for the help. */
  usage: string;
  help: string;
  /** Answers the line to print. */
  run(rack: Rack, phone: Phone, words: readonly string[]): string;
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
  break: {
    usage: "<phone> <fault> [value]",
    help: "makes something go wrong with it",
    run: breakIt,
  },
  mend: {
    usage: "<phone>",
    help: "makes it well again",
    run: (rack, phone) => {
      mendPhone(rack, phone);
      return `${phone.model.serial} is well`;
    },
  },
};

function breakIt(rack: Rack, phone: Phone, [name = "", value, ...more]: readonly string[]): string {
  if (!isFaultName(name)) return `there is no fault "${name}"; "help" lists them`;
  const kind = faultTable[name];
  const fault = more.length === 0 ? kind.make(value) : undefined;
  if (fault === undefined) {
    const given = [value, ...more].join(" ");
    return kind.value === undefined
      ? `${name} takes no value`
      : `"${given}" is no ${kind.value.usage}: ${kind.value.help}`;
  }
  const obstacle = breakPhone(rack, phone, fault);
  return obstacle ?? `${phone.model.serial}: ${name}`;
}

const helpText = [
  "A phone is named by its number (1 is the first) or its serial number.",
  ...Object.entries(commands).map(([name, { usage, help }]) => helpLine(`${name} ${usage}`, help)),
  helpLine("list", "the phones, and what is wrong with them"),
  "Faults; ADB over TCP has none of those of USB, from unplug-after to short-read:",
  ...Object.entries(faultTable).map(([name, { label, value }]) =>
    value === undefined
      ? helpLine(name, label)
      : helpLine(`${name} [${value.usage}]`, `${label} (${value.help})`),
  ),
].join("\n");

function helpLine(what: string, help: string): string {
  return `  ${what.padEnd(36)} ${help}`;
}

/** Obeys one line a person typed; answers what to print. */
export function obey(rack: Rack, line: string): string {
  const [name = "", wanted = "", ...words] = line.trim().split(/\s+/);
  if (name === "") return "";
  if (name === "help") return helpText;
  if (name === "list") return listOf(rack);
  const command = commands[name];
  if (command === undefined) return `there is no command "${name}"; "help" lists them`;
  const phone = rack.phones()[Number(wanted) - 1]?.phone ?? rack.phoneOf(wanted);
  if (phone === undefined) return `there is no phone "${wanted}"; "list" lists them`;
  return command.run(rack, phone, words);
}

function listOf(rack: Rack): string {
  return rack
    .phones()
    .map(({ phone: { model, display, faults }, isPlugged }, at) => {
      const state = isPlugged ? (display.isAsking ? "asks on its screen" : "plugged in") : "unplugged";
      const ailments = faults.list().map((fault) => `, ${fault.name}`);
      const number = String(at + 1).padStart(2);
      return `${number}  ${model.serial.padEnd(18)} ${model.model.padEnd(18)} ${state}${ailments.join("")}`;
    })
    .join("\n");
}
