import type { Adb } from "@yume-chan/adb";
import { afterAll, beforeAll, expect, test } from "vitest";
import { concatenate } from "../../../protocol/concatenate.ts";
import { randomBytes, readText, readToEnd } from "../streams.ts";
import { fileOf } from "../tango.ts";

const folder = "/data/local/tmp";
const ascii = (text: string) => new TextEncoder().encode(text);

/** What Tango, the product's own ADB client, finds the same on a virtual phone and on a real adbd. */
export function testDaemon(connect: () => Promise<Adb>, pushedBytes: number): void {
  let adb: Adb;
  beforeAll(async () => {
    adb = await connect();
  });
  afterAll(async () => {
    // Node calls the end of its socket an error when it came from this side.
    await adb.close().catch(() => undefined);
  });

  const shell = () => {
    const spawner = adb.subprocess.shellProtocol;
    if (!spawner) throw new Error("no shell v2");
    return spawner;
  };
  const reverse = async (request: string) =>
    await readText((await adb.createSocket(`reverse:${request}`)).readable);
  const push = async (filename: string, bytes: Uint8Array, options: { permission?: number } = {}) => {
    const sync = await adb.sync();
    await sync
      .write({ filename, file: fileOf(bytes), mtime: 1_700_000_000, ...options })
      .finally(() => sync.dispose());
  };
  const pull = async (filename: string) => {
    const sync = await adb.sync();
    return await readToEnd(sync.read(filename)).finally(() => sync.dispose());
  };

  test.each([
    ["true", 0],
    ["false", 1],
    ["exit 7", 7],
    ["sh -c 'exit 255'", 255],
    ["no-such-program", 127],
  ])("`%s` exits with %i", async (command, exitCode) => {
    expect((await shell().spawnWaitText(command)).exitCode).toBe(exitCode);
  });

  test("stdout and stderr come apart over shell v2, and together without it", async () => {
    const command = "echo out; echo err >&2; exit 3";
    expect(await shell().spawnWaitText(command)).toEqual({ stdout: "out\n", stderr: "err\n", exitCode: 3 });
    expect(await adb.subprocess.noneProtocol.spawnWaitText(command)).toBe("out\nerr\n");
  });

  test("a megabyte through stdin comes out whole, and the end of stdin is the end of it", async () => {
    const bytes = randomBytes(1_000_000);
    const process = await shell().spawn("cat");
    const writer = process.stdin.getWriter();
    const written = writer.write(bytes).then(() => writer.close());
    expect(await readToEnd(process.stdout)).toEqual(bytes);
    await written;
    expect(await process.exited).toBe(0);
  });

  /** A terminal with `cat` in it, once that has answered. */
  const openTerminal = async () => {
    const terminal = await shell().pty({ command: "cat" });
    const writer = terminal.input.getWriter();
    await writer.write(ascii("typed\n"));
    const reader = terminal.output.getReader();
    const decoder = new TextDecoder();
    let seen = "";
    while (seen.length < 14) seen += decoder.decode((await reader.read()).value);
    reader.releaseLock();
    return { terminal, writer, seen };
  };

  test("a terminal echoes what is typed and ends lines with CR LF; ^D ends it", async () => {
    const { terminal, writer, seen } = await openTerminal();
    expect(seen).toBe("typed\r\ntyped\r\n");
    await writer.write(ascii("\x04"));
    expect(await terminal.exited).toBe(0);
  });

  test("^C in a terminal ends the program", async () => {
    const { terminal, writer } = await openTerminal();
    await writer.write(ascii("\x03"));
    expect(await readText(terminal.output)).toBe("^C");
    expect(await terminal.exited).toBe(130);
  });

  test(`${pushedBytes / 1_000_000} MB pushed are pulled byte for byte`, async () => {
    const bytes = randomBytes(pushedBytes);
    await push(`${folder}/deep/down/big`, bytes);
    expect(areSame(await pull(`${folder}/deep/down/big`), bytes)).toBe(true);
  });

  test("a pushed file has its size, its time and its owner's rights for all", async () => {
    await push(`${folder}/rights`, ascii("12345"), { permission: 0o750 });
    const sync = await adb.sync();
    const stat = { size: 5n, mtime: 1_700_000_000n, permission: 0o777, type: 8 };
    expect(await sync.lstat(`${folder}/rights`)).toMatchObject(stat);
    expect(await sync.stat(`${folder}/rights`)).toMatchObject(stat);
    await sync.dispose();
  });

  test("a second push replaces the first", async () => {
    await push(`${folder}/twice`, ascii("a longer first one"));
    await push(`${folder}/twice`, ascii("second"));
    expect(new TextDecoder().decode(await pull(`${folder}/twice`))).toBe("second");
  });

  test("a folder lists itself, the one above and what is in it", async () => {
    await push(`${folder}/listed/one`, ascii("1"));
    await push(`${folder}/listed/two`, ascii("22"));
    const sync = await adb.sync();
    const entries = await sync.readdir(`${folder}/listed`);
    expect(entries.map(({ name }) => name).toSorted()).toEqual([".", "..", "one", "two"]);
    expect(entries.find(({ name }) => name === "two")).toMatchObject({ size: 2n, type: 8 });
    expect(await sync.readdir(`${folder}/none`)).toEqual([]);
    await sync.dispose();
  });

  test("what is not there has no stat", async () => {
    const sync = await adb.sync();
    await expect(sync.lstat(`${folder}/none`)).rejects.toThrow("ENOENT");
    await expect(sync.stat(`${folder}/twice/none`)).rejects.toThrow("ENOTDIR");
    await sync.dispose();
  });

  test.each([
    ["a file that is not there", `${folder}/none`, "open failed: No such file or directory"],
    ["a file below a file", `${folder}/file/none`, "open failed: Not a directory"],
    ["a folder", folder, "read failed: Is a directory"],
  ])("pulling %s fails in adbd's words", async (_, path, words) => {
    await push(`${folder}/file`, ascii("x"));
    await expect(pull(path)).rejects.toThrow(words);
  });

  test.each([
    ["over a folder", folder, "couldn't create file: Is a directory"],
    ["below a file", `${folder}/file/none`, "couldn't create file: Not a directory"],
    ["deep below a file", `${folder}/file/none/none`, "couldn't create file: Not a directory"],
    ["to no name", "", "secure_mkdirs failed: No such file or directory"],
  ])("pushing %s fails in adbd's words", async (_, path, words) => {
    await push(`${folder}/file`, ascii("x"));
    await expect(push(path, ascii("x"))).rejects.toThrow(words);
  });

  test("a reverse tunnel leads from a port of the phone's to the computer, and the computer can use it itself", async () => {
    const address = await adb.reverse.add("tcp:0", (socket) => {
      socket.readable.pipeTo(socket.writable).catch(() => undefined);
    });
    expect(address).toMatch(/^tcp:\d+$/);
    expect((await adb.reverse.list()).map(({ localName }) => localName)).toEqual([address]);
    const socket = await adb.createSocket(address);
    const bytes = randomBytes(300_000);
    const written = socket.writable.getWriter().write(bytes);
    const parts: Uint8Array[] = [];
    const reader = socket.readable.getReader();
    for (let length = 0; length < bytes.byteLength;) {
      const { value = new Uint8Array() } = await reader.read();
      parts.push(value);
      length += value.byteLength;
    }
    await written;
    expect(areSame(concatenate(parts), bytes)).toBe(true);
    await socket.close();
    await adb.reverse.remove(address);
    expect(await adb.reverse.list()).toEqual([]);
    await expect(adb.createSocket(address)).rejects.toThrow("Socket open failed");
  });

  test.each([
    ["killforward:tcp:1", "listener 'tcp:1' not found"],
    ["killforward:", "bad killforward: "],
    ["forward:tcp:1", "bad forward: tcp:1"],
    ["forward:norebind:tcp:1;", "bad forward: tcp:1;"],
    ["forward:tcp:1;tcp:2;tcp:3", "bad forward: tcp:1;tcp:2;tcp:3"],
    ["forward:what:1;tcp:2", "cannot bind listener: unknown socket specification:what:1"],
    ["forward:tcp:;tcp:2", "cannot bind listener: no host in ''"],
    ["forward:tcp:x;tcp:2", "cannot bind listener: listening on specified hostname currently unsupported"],
    ["forward:tcp:70000;tcp:2", "cannot bind listener: bad port number '70000'"],
    ["nothing", "not a reverse forwarding command"],
  ])("`reverse:%s` fails in adbd's words", async (request, words) => {
    expect(await reverse(request)).toBe(`FAIL${words.length.toString(16).padStart(4, "0")}${words}`);
  });

  test("a tunnel may be led elsewhere, unless the computer says no", async () => {
    expect(await reverse("forward:localabstract:tunnel;tcp:1")).toBe("OKAY");
    expect(await reverse("forward:localabstract:tunnel;tcp:2")).toBe("OKAY");
    expect(await reverse("forward:norebind:localabstract:tunnel;tcp:3")).toBe(
      "FAIL001dcannot rebind existing socket",
    );
    expect(await reverse("forward:tcp:6543;tcp:4")).toBe("OKAY00046543");
    expect(await reverse("list-forward")).toMatch(
      /^[0-9a-f]{4}\S+ localabstract:tunnel tcp:2\n\S+ tcp:6543 tcp:4\n$/,
    );
    expect(await reverse("killforward-all")).toBe("OKAY");
    expect(await reverse("list-forward")).toBe("0000");
  });

  test("a port where nobody listens is refused, and so is a service that nobody offers", async () => {
    await expect(adb.createSocket("tcp:9")).rejects.toThrow("Socket open failed");
    await expect(adb.createSocket("teleport:now")).rejects.toThrow("Socket open failed");
  });
}

/** `toEqual` takes minutes for so much. */
function areSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.byteLength === b.byteLength && a.every((byte, at) => byte === b[at]);
}
