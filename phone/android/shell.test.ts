import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { ScrcpyContext, StartScrcpy } from "../scrcpy/context.ts";
import { makeRig, type Rig } from "../testing/rig.ts";
import { makeTestApk } from "../testing/test-apk.ts";
import { commandTable } from "./commands/table.ts";
import { makePipe } from "./pipe.ts";
import { type Input, inputOf, type Output } from "./process.ts";
import { makeShell, runShell } from "./shell.ts";

let rig: Rig;
beforeEach(() => {
  rig = makeRig();
});
afterEach(() => {
  vi.useRealTimers();
  rig.close();
});

function collector(): { output: Output; text(): string } {
  const decoder = new TextDecoder();
  let text = "";
  return {
    output: async (bytes) => void (text += decoder.decode(bytes, { stream: true })),
    text: () => text,
  };
}

async function run(source: string, stdin: string | Input = "", signal = new AbortController().signal) {
  const [out, err] = [collector(), collector()];
  const shell = makeShell({ android: rig.phone.android, commands: commandTable, signal });
  const input = typeof stdin === "string" ? inputOf(new TextEncoder().encode(stdin)) : stdin;
  const exitCode = await runShell(shell, source, { input, output: out.output, errors: err.output });
  return { stdout: out.text(), stderr: err.text(), exitCode };
}
const stdoutOf = async (source: string, stdin?: string) => (await run(source, stdin)).stdout;

describe("sh", () => {
  test.each([
    ["words", "echo  a   b", "a b\n"],
    ["quotes", `echo 'a  $b' "c  d" e\\ f ""x`, "a  $b c  d e f x\n"],
    ["variables", `A='x y'; echo $A "$A" \${A}z`, "x y x y x yz\n"],
    ["splitting", `A='x   y'; echo $A "$A"`, "x y x   y\n"],
    ["the exit code", "false; echo $?; true; echo $?", "1\n0\n"],
    ["and, or, not", "true && echo a; false && echo b; false || echo c; ! true || echo d", "a\nc\nd\n"],
    ["pipes", "printf 'b\\na\\n' | sort | head -1", "a\n"],
    ["a pipe whose reader has enough", "yes | head -2", "y\ny\n"],
    ["a reader that stops", "cat /proc/version | true; echo $?", "0\n"],
    ["redirections", "cd /data/local/tmp; echo one > f; echo two >> f; cat < f", "one\ntwo\n"],
    [
      "both outputs in a file",
      "cd /data/local/tmp; ls nowhere > f 2>&1; cat f",
      "ls: nowhere: No such file or directory\n",
    ],
    ["substitution", `echo "[$(echo a; echo b)]" \`echo c\``, "[a\nb] c\n"],
    ["groups", "(cd /sdcard/./Download/..; pwd); pwd", "/sdcard\n/\n"],
    ["patterns", "cd /data/local/tmp; touch a1 a2 b; echo a* ? 'a*' z*", "a1 a2 b a* z*\n"],
    ["environment for one command", "A=1 env | grep ^A=; echo [$A]", "A=1\n[]\n"],
    ["exec", "exec echo last; echo never", "last\n"],
    ["comments and lines", "echo a # b\necho c", "a\nc\n"],
  ])("%s", async (_, source, expected) => {
    expect(await run(source)).toMatchObject({ stdout: expected, stderr: "" });
  });

  test("a command that holds more than the phone can give it is killed", async () => {
    expect(await run("yes | sort; echo $?")).toMatchObject({
      stdout: "137\n",
      stderr: "/system/bin/sh: Killed\n",
    });
  });

  test.each([
    ["an unknown command", "foo", 127, "/system/bin/sh: foo: inaccessible or not found\n"],
    [
      "a file that is no program",
      "/system/build.prop",
      126,
      "/system/bin/sh: /system/build.prop: can't execute: Permission denied\n",
    ],
    [
      "a place that may not be written",
      "echo a > /system/x",
      1,
      "/system/bin/sh: can't create /system/x: Permission denied\n",
    ],
    ["what cannot be parsed", "echo a; )", 1, "/system/bin/sh: syntax error: unexpected ')'\n"],
    ["an open quote", "echo 'a", 1, "/system/bin/sh: syntax error: no closing quote\n"],
    [
      "a folder that is not there",
      "cd /nowhere",
      2,
      "/system/bin/sh: cd: /nowhere: No such file or directory\n",
    ],
  ])("%s is refused as mksh does", async (_, source, exitCode, stderr) => {
    expect(await run(source)).toEqual({ stdout: "", stderr, exitCode });
  });

  test("names of JavaScript's own are no commands", async () => {
    for (const name of ["constructor", "toString", "__proto__", "hasOwnProperty"])
      expect((await run(name)).exitCode).toBe(127);
  });

  test("a sleep ends with the shell", async () => {
    const end = new AbortController();
    const sleeping = run("sleep 1000; echo never", "", end.signal);
    end.abort();
    expect((await sleeping).stdout).toBe("");
  });
});

describe("commands", () => {
  test("print what Android prints", async () => {
    expect(await stdoutOf("wm size; wm density")).toBe("Physical size: 1080x2400\nPhysical density: 420\n");
    expect(await stdoutOf("getprop ro.product.model; getprop no.such; getprop ro.build.version.sdk")).toBe(
      "Pixel 8\n\n34\n",
    );
    expect(await stdoutOf("dumpsys battery")).toMatch(
      /^Current Battery Service state:\n {2}AC powered: false\n[^]*\n {2}level: 87\n {2}scale: 100\n/,
    );
    expect(await stdoutOf("id -u; id -un; id -g; whoami")).toBe("2000\nshell\n2000\nshell\n");
    expect(await stdoutOf("mkdir /sdcard/d; cd /sdcard/d; touch .e f; ls; ls -A; ls -a")).toBe(
      "f\n.e\nf\n.\n..\n.e\nf\n",
    );
    expect(await stdoutOf("pm list packages settings; pm path com.android.settings")).toMatch(
      /^package:com\.android\.settings\npackage:\/data\/app\/.*base\.apk\n$/,
    );
  });

  test("dumpsys battery refuses what it cannot set", async () => {
    expect(await stdoutOf("dumpsys battery set level 5")).toBe("");
  });

  test("the battery drains with the clock", async () => {
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() });
    vi.setSystemTime(Date.now() + 3_600_000);
    const level = Number(/level: (\d+)/.exec(await stdoutOf("dumpsys battery"))?.[1]);
    expect(level).toBeLessThan(87);
    expect(level).toBeGreaterThan(50);
  });

  test("settings are kept, and one never set is null", async () => {
    expect(await stdoutOf("settings put global a 'b c'; settings get global a; settings get secure a")).toBe(
      "b c\nnull\n",
    );
    expect((await run("settings get nowhere a")).exitCode).toBe(255);
  });

  test.each([
    "settings put system user_rotation 1",
    "wm user-rotation lock 1",
    "wm set-user-rotation lock 1",
  ])("%s turns the phone, whose built size stays", async (command) => {
    expect((await run(command)).exitCode).toBe(0);
    expect(rig.display.size).toEqual({ width: 2400, height: 1080 });
    expect(await stdoutOf("wm size")).toBe("Physical size: 1080x2400\n");
  });

  test("am start brings an app to the front, and says what it cannot find", async () => {
    expect(await run("am start -n com.example.notes/.MainActivity")).toMatchObject({
      stdout: "Starting: Intent { cmp=com.example.notes/.MainActivity }\n",
      exitCode: 0,
    });
    expect(rig.display.foreground).toBe("com.example.notes");
    expect((await run("am start -n a.b/.C")).stderr).toBe(
      "Error type 3\nError: Activity class {a.b/a.b.C} does not exist.\n",
    );
    await run("am force-stop com.example.notes");
    expect(rig.display.foreground).toBe("com.android.launcher3");
    await run("am start -a android.settings.SETTINGS --es key value --ez flag true");
    expect(rig.display.foreground).toBe("com.android.settings");
    await run("am start -a android.intent.action.MAIN -c android.intent.category.HOME");
    expect(rig.display.foreground).toBe("com.android.launcher3");
  });

  test("input taps, types and presses keys by name and number", async () => {
    await run("input tap 10 20.5; input text a%sb; input keyevent KEYCODE_HOME BACK 26");
    expect(rig.display.pointers).toEqual([
      { action: "down", id: 0, x: 10, y: 20.5 },
      { action: "up", id: 0, x: 10, y: 20.5 },
    ]);
    expect(rig.display.typed).toEqual(["a b"]);
    expect(rig.display.keys.filter(({ action }) => action === "down").map(({ keyCode }) => keyCode)).toEqual([
      3, 4, 26,
    ]);
    expect((await run("input tap 10")).exitCode).toBe(255);
    expect((await run("input text 안녕")).stderr).toContain("java.lang.NullPointerException");
  });

  test("input swipe takes its time and moves in steps", async () => {
    vi.useFakeTimers();
    const swiping = run("input swipe 0 0 100 200 80");
    await vi.advanceTimersByTimeAsync(40);
    expect(rig.display.pointers.at(-1)).toMatchObject({ action: "move", x: 50, y: 100 });
    await vi.advanceTimersByTimeAsync(40);
    await swiping;
    const { pointers } = rig.display;
    expect(pointers.at(-1)).toEqual({ action: "up", id: 0, x: 100, y: 200 });
    expect(pointers.length).toBeGreaterThan(8);
  });

  test("screencap writes a PNG to stdout or to a file", async () => {
    expect(await run("screencap -p /sdcard/shot.png; ls -l /sdcard/shot.png")).toMatchObject({ exitCode: 0 });
    expect(rig.phone.android.files.read("/sdcard/shot.png")).toMatchObject({ ok: true });
  });

  test("logcat tells of apps that were started, and ends with -d", async () => {
    await run("am start -n com.android.settings/.Settings");
    expect(await stdoutOf("logcat -d")).toMatch(
      /^--------- beginning of main\n.*ActivityTaskManager: START u0 .*com\.android\.settings/,
    );
  });

  test("logcat prints what log wrote, by tag and priority, in the asked form", async () => {
    await run("log -p d -t Other quiet; log -p e -t Suite loud; log -t Suite soft");
    const brief = "--------- beginning of main\nE/Suite   ( 1042): loud\n";
    expect(await stdoutOf("logcat -d -v brief Suite:W '*:S'")).toBe(brief);
    expect(await stdoutOf("logcat -d -v tag -s Suite")).toMatch(
      /\nE\/Suite {3}: loud\nI\/Suite {3}: soft\n$/,
    );
    expect(await stdoutOf("logcat -v raw -t 1")).toBe("--------- beginning of main\nsoft\n");
    expect(await run("logcat -v nonsense")).toMatchObject({ exitCode: 1 });
    expect(await stdoutOf("logcat -c; logcat -d")).toBe("--------- beginning of main\n");
  });

  test("what runs is listed, and ends when it is killed although it waits for input", async () => {
    const stdin = makePipe();
    const cat = run("cat; echo $?", stdin.input);
    const id = (await stdoutOf("pidof cat")).trim();
    expect(await stdoutOf("ps")).toMatch(new RegExp(`^shell +${id} .* cat$`, "m"));
    expect((await run(`kill -9 ${id}`)).exitCode).toBe(0);
    expect((await cat).stdout).toBe("137\n");
    expect(await run("pidof cat")).toMatchObject({ exitCode: 1, stdout: "" });
    expect((await run(`kill ${id}`)).stderr).toContain("No such process");
  });

  test("an app is installed from a file, listed, and uninstalled", async () => {
    rig.phone.android.files.write("/data/local/tmp/a.apk", makeTestApk({ packageName: "org.example.app" }));
    expect(await stdoutOf("pm install -r -g /data/local/tmp/a.apk")).toBe("Success\n");
    expect(await stdoutOf("pm list packages -3; pm list packages --user 0 example")).toBe(
      "package:org.example.app\npackage:com.example.notes\npackage:org.example.app\n",
    );
    expect(await stdoutOf("pm list packages -s example")).toBe("package:com.example.notes\n");
    expect(await stdoutOf("cmd package uninstall --user 0 org.example.app; pm list packages -3")).toBe(
      "Success\n",
    );
    expect(await run("pm install /data/local/tmp/none")).toMatchObject({ exitCode: 255 });
    expect(await stdoutOf("pm install")).toContain("must either specify a package size or an APK file");
  });

  test("an installation larger than the phone is refused before it begins", async () => {
    const { exitCode, stderr } = await run("pm install -S 5000000000");
    expect(stderr).toContain("Requested internal only, but not enough space");
    expect(exitCode).toBe(255);
  });
});

describe("app_process", () => {
  const start =
    "CLASSPATH=/data/local/tmp/scrcpy-server.jar app_process / com.genymobile.scrcpy.Server 3.3.3 scid=1 max_size=480";

  test("starts nothing when the server was not pushed, or is no archive", async () => {
    const startScrcpy = vi.fn<StartScrcpy>(async () => 0);
    rig.phone.android.startScrcpy = startScrcpy;
    expect(await run(start)).toEqual({
      stdout: "",
      stderr: "Error: could not find or load main class com.genymobile.scrcpy.Server\nAborted\n",
      exitCode: 1,
    });
    rig.phone.android.files.write("/data/local/tmp/scrcpy-server.jar", new TextEncoder().encode("text"));
    expect((await run(start)).exitCode).toBe(1);
    rig.phone.android.files.write("/data/local/tmp/scrcpy-server.jar", new Uint8Array());
    expect((await run(start)).exitCode).toBe(1);
    expect(startScrcpy).not.toHaveBeenCalled();
  });

  test("runs the pushed server with its arguments, its sockets and its outputs", async () => {
    rig.phone.android.files.write(
      "/data/local/tmp/scrcpy-server.jar",
      new TextEncoder().encode("PK\x03\x04"),
    );
    rig.phone.android.startScrcpy = async (context: ScrcpyContext) => {
      context.unlinkServer?.();
      const listener = context.listenLocal("scrcpy_1");
      const [near, far] = await Promise.all([context.connectLocal("scrcpy_1"), listener.accept()]);
      void near.writable.getWriter().write(new TextEncoder().encode("through"));
      const { value } = await far.readable.getReader().read();
      context.stdout(`${new TextDecoder().decode(value)} ${context.args.join(" ")}\n`);
      listener.close();
      await expect(context.connectLocal("scrcpy_1")).rejects.toThrow("Connection refused");
      return 7;
    };
    expect(await run(start)).toMatchObject({ stdout: "through 3.3.3 scid=1 max_size=480\n", exitCode: 7 });
    expect(rig.phone.android.files.stat("/data/local/tmp/scrcpy-server.jar").ok).toBe(false);
  });
});
