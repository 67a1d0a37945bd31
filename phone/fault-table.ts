import { type Fault, type FaultName, remedies, type Remedy } from "./fault.ts";

/** One kind of fault, for people: on the desk and on the console. */
export interface FaultKind {
  /** What is wrong with the phone then, as it is said on the desk. */
  label: string;
  /** The value a person may give, for the console's help; absent where there is none. */
  value?: { usage: string; help: string };
  /** The fault of this value, or of the usual one; undefined: it is no such value. */
  make(value: string | undefined): Fault | undefined;
}

const megabyte = 1024 * 1024;

/** Every fault, in the order they are offered. */
export const faultTable: { readonly [Name in FaultName]: FaultKind } = {
  "unplug-after": counted("Cable falls out after 1 MB", {
    usage: "bytes",
    usual: megabyte,
    make: (bytes) => ({ name: "unplug-after", bytes }),
  }),
  slow: counted("Slow cable, 100 kB a second", {
    usage: "bytes a second",
    least: 1,
    usual: 100_000,
    make: (bytesPerSecond) => ({ name: "slow", bytesPerSecond }),
  }),
  held: plain("Another program holds it", { name: "held" }),
  zombie: {
    label: "Stops answering",
    value: { usage: "cure", help: "reset (the usual), replug, reboot, or milliseconds after which it ends" },
    make(value = "reset") {
      if (isRemedy(value)) return { name: "zombie", cure: value };
      return /^\d+$/.test(value) ? { name: "zombie", cure: { afterMs: Number(value) } } : undefined;
    },
  },
  "wrong-magic": plain("Garbles a packet", { name: "wrong-magic" }),
  "wrong-length": counted("Lies about a packet's length", {
    usage: "bytes too many",
    least: -Infinity,
    usual: 100,
    make: (excessBytes) => ({ name: "wrong-length", excessBytes }),
  }),
  "short-read": plain("Loses bytes of a packet", { name: "short-read" }),
  refused: plain("Refuses this computer", { name: "refused" }),
  pending: plain("Is locked, so nobody can allow it", { name: "pending" }),
  forgotten: plain("Forgets this computer", { name: "forgotten" }),
  "scrcpy-dies": counted("Its scrcpy server dies each time", {
    usage: "ms after its start",
    usual: 2000,
    make: (afterMs) => ({ name: "scrcpy-dies", afterMs }),
  }),
  "encoder-fails": counted("Its encoder fails at this size", {
    usage: "long edge",
    least: 1,
    make: (longEdge) => ({ name: "encoder-fails", longEdge }),
    usually: { name: "encoder-fails" },
  }),
  "disk-full": plain("Its disk is full", { name: "disk-full" }),
  "clock-jump": counted("Its clock is a day ahead", {
    usage: "ms ahead",
    least: -Infinity,
    usual: 86_400_000,
    make: (ms) => ({ name: "clock-jump", ms }),
  }),
  "duplicate-serial": {
    label: "Has another phone's serial number",
    value: { usage: "serial", help: "the other phone's; usually that of the first one" },
    make: (serial) => ({ name: "duplicate-serial", ...(serial !== undefined && { serial }) }),
  },
  reboot: plain("Reboots", { name: "reboot" }),
};

export function isFaultName(name: string): name is FaultName {
  return Object.hasOwn(faultTable, name);
}

function isRemedy(value: string): value is Remedy {
  return remedies.some((remedy) => remedy === value);
}

function plain(label: string, fault: Fault): FaultKind {
  return { label, make: (value) => (value === undefined ? fault : undefined) };
}

function counted(
  label: string,
  {
    usage,
    least = 0,
    usual,
    make,
    usually,
  }: {
    usage: string;
    least?: number;
    make: (value: number) => Fault;
  } & ({ usual: number; usually?: never } | { usual?: never; usually: Fault }),
): FaultKind {
  return {
    label,
    value: { usage, help: usual === undefined ? "usually that of the next picture" : `usually ${usual}` },
    make(value) {
      if (value === undefined) return usually ?? make(usual);
      return /^-?\d+$/.test(value) && Number(value) >= least ? make(Number(value)) : undefined;
    },
  };
}
