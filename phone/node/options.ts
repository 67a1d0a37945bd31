import { isIP } from "node:net";
import { parseArgs } from "node:util";
import { fail, succeed, type Result } from "../../protocol/fault.ts";

/** How many phones, and how computers reach them. */
export interface Options {
  count: number;
  host: string;
  /** Port of the USB/IP server with every phone. */
  usbipPort?: number;
  /** Port of the first phone's ADB over TCP; each further phone has the next one. */
  tcpPort?: number;
  /** Every phone asks on its screen before it lets a computer in. */
  isSecure: boolean;
  /** Where a line is written for each picture and touch. */
  logFile?: string;
  isHelpAsked: boolean;
}

const mostPhones = 64;

export const helpText = `Virtual phones for programs outside of a browser.

Usage: npm run phones -- [options]

  --usbip <port>    a USB/IP server with every phone, as 1-1, 1-2, … (3240 is the usual port)
  --tcp <port>      ADB over TCP: the first phone on this port, the next on the one after it, …
  --count <number>  how many phones, 1 to ${mostPhones} (default 1)
  --host <address>  address to listen on (default 127.0.0.1: whoever reaches a phone may do anything with it)
  --log <file>      writes a line of JSON for each picture, with how long it took, and each touch
  --secure          every phone asks "Allow USB debugging?" first
  --help            this text

While it runs it takes commands, a line each; "help" lists them.
`;

/** A failure is bad usage, in one line. */
export function readOptions(args: string[]): Result<Options> {
  const given = readArguments(args);
  if (!given.ok) return given;
  const { usbip, tcp, count = "1", host = "127.0.0.1", secure, log, help } = given.value;
  if (help !== true && usbip === undefined && tcp === undefined) {
    return bad("say how computers reach the phones: --usbip 3240, --tcp 5555, or both");
  }
  if (!/^\d+$/.test(count) || Number(count) < 1 || Number(count) > mostPhones) {
    return bad(`--count must be a number from 1 to ${mostPhones}, not "${count}"`);
  }
  if (isIP(host) === 0) return bad(`--host must be an IP address of this machine, not "${host}"`);
  for (const [name, text] of Object.entries({ usbip, tcp })) {
    if (text !== undefined && !isPort(text))
      return bad(`--${name} must be a port from 0 (any free one) to 65535, not "${text}"`);
  }
  if (tcp !== undefined && Number(tcp) + Number(count) > 65_536) {
    return bad(`--tcp ${tcp} leaves no ports for ${count} phones`);
  }
  return succeed({
    count: Number(count),
    host,
    isSecure: secure === true,
    isHelpAsked: help === true,
    ...(usbip === undefined ? {} : { usbipPort: Number(usbip) }),
    ...(log === undefined ? {} : { logFile: log }),
    ...(tcp === undefined ? {} : { tcpPort: Number(tcp) }),
  });
}

function isPort(text: string): boolean {
  return /^\d{1,5}$/.test(text) && Number(text) <= 65_535;
}

const bad = (message: string) => fail("INVALID_PAYLOAD", message);

function readArguments(args: string[]) {
  try {
    const { values } = parseArgs({
      args,
      options: {
        usbip: { type: "string" },
        tcp: { type: "string" },
        count: { type: "string" },
        host: { type: "string" },
        log: { type: "string" },
        secure: { type: "boolean" },
        help: { type: "boolean", short: "h" },
      },
    });
    return succeed(values);
  } catch (failure) {
    const [firstLine = ""] = (failure instanceof Error ? failure.message : String(failure)).split("\n");
    return bad(firstLine);
  }
}
