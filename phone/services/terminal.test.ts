import { expect, test, vi } from "vitest";
import { makeDuplexPair } from "../duplex-pair.ts";
import { makeRig } from "../testing/rig.ts";
import { makeShellService } from "./shell-service.ts";
import { makeTerminal } from "./terminal.ts";

const encode = (text: string) => new TextEncoder().encode(text);

function rigTerminal() {
  let screen = "";
  const onInterrupt = vi.fn<() => void>();
  const terminal = makeTerminal({
    screen: async (bytes) => void (screen += new TextDecoder().decode(bytes)),
    onInterrupt,
  });
  const readLine = async () => new TextDecoder().decode(await terminal.input.read());
  return { terminal, onInterrupt, readLine, screen: () => screen };
}

test("what is typed is echoed and handed over by lines", async () => {
  const { terminal, readLine, screen } = rigTerminal();
  await terminal.type(encode("ls -l\recho"));
  expect(await readLine()).toBe("ls -l\n");
  expect(screen()).toBe("ls -l\r\necho");
});

test("backspace takes back a character, also one of several bytes", async () => {
  const { terminal, readLine, screen } = rigTerminal();
  await terminal.type(encode("aö🙂"));
  await terminal.type(Uint8Array.of(0x7f, 0x7f));
  await terminal.type(encode("b\r"));
  expect(await readLine()).toBe("ab\n");
  expect(screen()).toBe("aö🙂\b \b\b \bb\r\n");
});

test("a character cut between two packets arrives whole", async () => {
  const { terminal, readLine } = rigTerminal();
  const [first, ...rest] = encode("é");
  await terminal.type(Uint8Array.of(first ?? 0));
  await terminal.type(Uint8Array.from([...rest, 0x0d]));
  expect(await readLine()).toBe("é\n");
});

test("^C interrupts and forgets the line, ^D on an empty line is the end of input, once", async () => {
  const { terminal, onInterrupt, readLine } = rigTerminal();
  await terminal.type(encode("rubbish\x03\x04next\r"));
  expect(onInterrupt).toHaveBeenCalledOnce();
  expect(await terminal.input.read()).toBeUndefined();
  expect(await readLine()).toBe("next\n");
});

test("cursor keys are no text", async () => {
  const { terminal, readLine } = rigTerminal();
  await terminal.type(encode("a\x1b[Db\x1bOA\r"));
  expect(await readLine()).toBe("ab\n");
});

test("a computer that types more than a program reads has to wait, and an endless line is cut", async () => {
  const { terminal, readLine } = rigTerminal();
  await terminal.type(encode(`${"x".repeat(10_000)}\r`));
  expect(await readLine()).toBe(`${"x".repeat(4_095)}\n`);
  let isTaken = false;
  const typed = terminal.type(encode("line\r".repeat(20_000))).then(() => (isTaken = true));
  await new Promise((resolve) => setImmediate(resolve));
  expect(isTaken).toBe(false);
  for (let line = 0; line < 20_000; line += 1) await readLine();
  await typed;
});

test("line feeds go out as CR LF", async () => {
  const { terminal, screen } = rigTerminal();
  await terminal.output(encode("a\nb\n"));
  expect(screen()).toBe("a\r\nb\r\n");
});

test("an interactive shell prompts, remembers, survives ^C and ends with its exit code in the prompt", async () => {
  const rig = makeRig();
  const [near, far] = makeDuplexPair();
  const options = { hasProtocol: false, isTerminal: true, term: "xterm" };
  const served = makeShellService(rig.phone.android, options, "")(far, new AbortController().signal);
  let screen = "";
  const drained = near.readable.pipeTo(
    new WritableStream({ write: (bytes) => void (screen += new TextDecoder().decode(bytes)) }),
  );
  const keys = near.writable.getWriter();
  const typeAt = async (end: string, text: string) => {
    await vi.waitFor(() => expect(screen.endsWith(end)).toBe(true));
    await keys.write(encode(text));
  };
  await typeAt("shiba:/ $ ", "cd /sdcard\r");
  await typeAt("shiba:/sdcard $ ", "nonsense\r");
  await typeAt("127|shiba:/sdcard $ ", "echo $TERM; sleep 1000\r");
  await typeAt("xterm\r\n", "\x03");
  await typeAt("130|shiba:/sdcard $ ", "exit\r");
  await served;
  await drained;
  expect(screen).toContain("/system/bin/sh: nonsense: inaccessible or not found\r\n");
  rig.close();
});
