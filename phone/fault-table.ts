import { type Fault, type FaultName, remedies, type Remedy } from "./fault.ts";

/** One kind of fault, for people: on the desk and on the console. */
export interface FaultKind {
  /** What is wrong with the phone then. */
  label: string;
  /** The value a person may give; absent where there is none. */
  value?: {
    /** What it is, for the console's help. */
    usage: string;
    help: string;
    /** Those worth a place in the desk's menu, in words; the first is the usual one. */
    offers: readonly (readonly [value: string | undefined, words: string])[];
  };
  /** The fault of this value, or of the usual one; undefined: it is no such value. */
  make(value: string | undefined): Fault | undefined;
}

const megabyte = 1024 * 1024;
const dayMs = 86_400_000;

/** Every fault, in the order they are offered. */
export const faultTable: { readonly [Name in FaultName]: FaultKind } = {
  "unplug-after": {
    label: "Cable falls out",
    value: {
      usage: "bytes",
      help: "after 1 MB, if nothing is said",
      offers: [[undefined, "after 1 MB"]],
    },
    make: (value) => ofNumber(value ?? megabyte, 0, (bytes) => ({ name: "unplug-after", bytes })),
  },
  slow: {
    label: "Slow cable",
    value: {
      usage: "bytes-per-second",
      help: "100000, if nothing is said",
      offers: [
        [undefined, "100 kB a second"],
        ["1000", "1 kB a second"],
      ],
    },
    make: (value) => ofNumber(value ?? 100_000, 1, (bytesPerSecond) => ({ name: "slow", bytesPerSecond })),
  },
  held: plain("Another program holds it", { name: "held" }),
  zombie: {
    label: "Stops answering",
    value: {
      usage: "cure",
      help: "reset, if nothing is said; replug, reboot, or milliseconds after which it ends",
      offers: [
        [undefined, "until a USB reset"],
        ["replug", "until it is replugged"],
        ["reboot", "until it is rebooted"],
      ],
    },
    make(value = "reset") {
      if (isRemedy(value)) return { name: "zombie", cure: value };
      return ofNumber(value, 0, (afterMs) => ({ name: "zombie", cure: { afterMs } }));
    },
  },
  "wrong-magic": plain("Garbles a packet", { name: "wrong-magic" }),
  "wrong-length": {
    label: "Lies about a packet's length",
    value: {
      usage: "excess-bytes",
      help: "100, if nothing is said; below 0 more bytes come than announced",
      offers: [[undefined, "100 bytes too many"]],
    },
    make: (value) =>
      ofNumber(value ?? 100, -Infinity, (excessBytes) => ({ name: "wrong-length", excessBytes })),
  },
  "short-read": plain("Loses bytes of a packet", { name: "short-read" }),
  refused: plain("Refuses this computer", { name: "refused" }),
  pending: plain("Is locked, so nobody can allow it", { name: "pending" }),
  forgotten: plain("Forgets this computer", { name: "forgotten" }),
  "scrcpy-dies": {
    label: "Its scrcpy server dies",
    value: {
      usage: "ms-after-start",
      help: "2000, if nothing is said",
      offers: [[undefined, "2 s after each start"]],
    },
    make: (value) => ofNumber(value ?? 2000, 0, (afterMs) => ({ name: "scrcpy-dies", afterMs })),
  },
  "encoder-fails": {
    label: "Its encoder fails at one size",
    value: {
      usage: "long-edge",
      help: "that of the next picture, if nothing is said",
      offers: [[undefined, "that of now"]],
    },
    make: (value) =>
      value === undefined
        ? { name: "encoder-fails" }
        : ofNumber(value, 1, (longEdge) => ({ name: "encoder-fails", longEdge })),
  },
  "encoder-refuses": {
    label: "Its encoder refuses",
    value: {
      usage: "which",
      help: "its default one, if nothing is said; or all",
      offers: [
        [undefined, "its default one"],
        ["all", "all it has"],
      ],
    },
    make(value = "default") {
      return value === "default" || value === "all" ? { name: "encoder-refuses", which: value } : undefined;
    },
  },
  "disk-full": plain("Its disk is full", { name: "disk-full" }),
  "clock-jump": {
    label: "Its clock is wrong",
    value: {
      usage: "ms-ahead",
      help: "a day, if nothing is said",
      offers: [[undefined, "a day ahead"]],
    },
    make: (value) => ofNumber(value ?? dayMs, -Infinity, (ms) => ({ name: "clock-jump", ms })),
  },
  "duplicate-serial": {
    label: "Has another phone's serial number",
    value: {
      usage: "serial",
      help: "that of the first other phone, if nothing is said",
      offers: [[undefined, "the first one's"]],
    },
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

/** Undefined unless it is a whole number from `least` on. */
function ofNumber(value: string | number, least: number, make: (value: number) => Fault): Fault | undefined {
  return /^-?\d{1,15}$/.test(String(value)) && Number(value) >= least ? make(Number(value)) : undefined;
}
