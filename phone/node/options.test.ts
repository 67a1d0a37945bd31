import { expect, test } from "vitest";
import { readOptions } from "./options.ts";

test("what is given is read", () => {
  const args = ["--usbip", "3240", "--tcp", "5700", "--count", "4", "--host", "127.0.0.2", "--secure"];
  expect(readOptions([...args, "--log", "phones.jsonl"])).toEqual({
    ok: true,
    value: {
      count: 4,
      host: "127.0.0.2",
      usbipPort: 3240,
      tcpPort: 5700,
      isSecure: true,
      logFile: "phones.jsonl",
      isHelpAsked: false,
    },
  });
});

test.each([
  [[], "--usbip 3240, --tcp 5555, or both"],
  [["--tcp", "99999"], '--tcp must be a port from 0 (any free one) to 65535, not "99999"'],
  [["--usbip", "x"], "--usbip must be a port"],
  [["--tcp", "5555", "--count", "0"], "--count must be a number from 1 to 64"],
  [["--tcp", "65535", "--count", "2"], "--tcp 65535 leaves no ports for 2 phones"],
  [["--tcp", "1", "--host", "here"], "--host must be an IP address"],
  [["--nonsense"], "--nonsense"],
])("%j is refused with what is wrong", (args, words) => {
  const read = readOptions(args);
  expect(read.ok ? "" : read.fault.message).toContain(words);
});
