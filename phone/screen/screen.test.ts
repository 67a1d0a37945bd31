import { beforeEach, describe, expect, it } from "vitest";
import type { ScreenNode } from "../display.ts";
import { demoModels } from "../models.ts";
import { launcherPackage } from "./installed-apps.ts";
import { keyCodes } from "../key-codes.ts";
import { metaBits } from "./typed-key.ts";
import { makeRecordingContext } from "./recording-context.ts";
import { makeScreen, type Screen } from "./screen.ts";
import { touchMarkColor, touchMarkMs } from "./touch-marks.ts";

const startedAt = Date.parse("2026-11-23T09:41:20");
const notesApp = "com.tabfarm.notes";
let now = startedAt;
let copied: string[] = [];
let screen: Screen;

function start(index = 0): Screen {
  const model = demoModels[index];
  if (model === undefined) throw new Error("no such model");
  return makeScreen({
    model,
    now: () => now,
    onChange: () => undefined,
    onCopy: (text) => copied.push(text),
  });
}
beforeEach(() => {
  now = startedAt;
  copied = [];
  screen = start();
});

function nodes(): readonly ScreenNode[] {
  return screen.describe().children;
}
function node(id: string, text?: string): ScreenNode {
  const found = nodes().find(
    (one) => one.resourceId.endsWith(`:id/${id}`) && one.text === (text ?? one.text),
  );
  if (found === undefined) throw new Error(`no ${id} ${text ?? ""} on the screen`);
  return found;
}
function centerOf({ bounds }: ScreenNode): { x: number; y: number } {
  return { x: (bounds.left + bounds.right) / 2, y: (bounds.top + bounds.bottom) / 2 };
}
function touchNode(one: ScreenNode): void {
  screen.pointer({ action: "down", id: 0, ...centerOf(one) });
  screen.pointer({ action: "up", id: 0, ...centerOf(one) });
}
function drag(x: number, from: number, to: number, stepMs = 10): void {
  screen.pointer({ action: "down", id: 0, x, y: from });
  for (let step = 1; step <= 10; step += 1) {
    now += stepMs;
    screen.pointer({ action: "move", id: 0, x, y: from + ((to - from) * step) / 10 });
  }
  screen.pointer({ action: "up", id: 0, x, y: to });
}
function press(keyCode: number, metaState = 0): void {
  screen.key({ action: "down", keyCode, metaState });
  screen.key({ action: "up", keyCode, metaState });
}

function firstRow(): string {
  return node("row").text;
}
function dots(): { x: unknown; y: unknown }[] {
  const { context, calls } = makeRecordingContext();
  screen.paint(context);
  return calls
    .filter(({ name, fillStyle }) => name === "arc" && fillStyle === touchMarkColor)
    .map(({ args: [x, y] }) => ({ x, y }));
}
const question = () => ({
  fingerprint: "AA:BB:CC:DD",
  keyName: "farm@pc",
  signal: new AbortController().signal,
});

describe("apps", () => {
  it("opens the app whose icon is touched, in portrait and in landscape", () => {
    for (const rotation of [0, 1] as const) {
      screen.rotate(rotation);
      press(keyCodes.HOME);
      touchNode(node("icon", "Notes"));
      expect(screen.foreground).toBe(notesApp);
    }
  });

  it("keeps an app's state until it is stopped by force", () => {
    screen.launch(notesApp);
    screen.type("kept");
    press(keyCodes.BACK);
    expect(screen.foreground).toBe(launcherPackage);
    screen.launch(notesApp);
    expect(node("field").text).toBe("kept");
    screen.forceStop(notesApp);
    expect(screen.foreground).toBe(launcherPackage);
    screen.launch(notesApp);
    expect(node("field").text).toBe("");
  });

  it("knows its packages and their labels, and refuses others", () => {
    expect(screen.packages).toContain(notesApp);
    expect(screen.labelOf(notesApp)).toBe("Notes");
    expect(screen.launch("com.example.none")).toBe(false);
  });

  it("goes back to an app from the list of recent ones", () => {
    screen.launch("com.tabfarm.places");
    screen.launch(notesApp);
    press(keyCodes.APP_SWITCH);
    touchNode(node("task", "Places"));
    expect(screen.foreground).toBe("com.tabfarm.places");
  });
});

describe("text", () => {
  beforeEach(() => {
    screen.launch(notesApp);
  });

  it("arrives in the field that has the focus, in every script, and Backspace takes one character as people see it", () => {
    screen.type("안녕하세요 👩‍👩‍👧");
    expect(node("field")).toMatchObject({ text: "안녕하세요 👩‍👩‍👧", isFocused: true });
    press(keyCodes.DEL);
    press(keyCodes.DEL);
    press(keyCodes.DEL);
    expect(node("field").text).toBe("안녕하세");
  });

  it("comes from keys too, with Shift, Enter and the arrows", () => {
    press(29 + 7, metaBits.shift);
    press(29 + 8);
    press(keyCodes.DPAD_LEFT);
    press(7 + 1, metaBits.shift);
    press(keyCodes.MOVE_END);
    press(keyCodes.ENTER);
    expect(node("field").text).toBe("H!i\n");
  });

  it("is dropped when no field has the focus", () => {
    press(keyCodes.HOME);
    screen.type("lost");
    screen.launch(notesApp);
    expect(node("field").text).toBe("");
  });

  it("is copied and pasted, and a copy is told", () => {
    screen.type("twice ");
    press(29 + 2, metaBits.control);
    press(keyCodes.PASTE);
    expect(node("field").text).toBe("twice twice ");
    expect(copied).toEqual(["twice "]);
    expect(screen.clipboard).toBe("twice ");
    press(keyCodes.CUT);
    expect(node("field").text).toBe("");
  });

  it("is kept by the button, which counts", () => {
    screen.type("first");
    touchNode(node("save"));
    expect(node("note").text).toBe("first");
    expect(node("count").text).toBe("1 note");
    expect(node("field").text).toBe("");
  });
});

describe("scrolling", () => {
  beforeEach(() => {
    screen.launch("com.tabfarm.places");
  });

  it("follows a drag, goes on after a fling and comes to rest", () => {
    expect(firstRow()).toBe("Seoul");
    drag(500, 1800, 800);
    const atRelease = firstRow();
    expect(atRelease).not.toBe("Seoul");
    expect(screen.nextChange()).toBeLessThan(now + 20);
    now += 2_000;
    expect(firstRow()).not.toBe(atRelease);
    now += 5_000;
    expect(screen.nextChange()).toBeGreaterThan(now + 20);
  });

  it("follows the wheel and stops at both ends", () => {
    screen.scroll({ x: 500, y: 1000, dx: 0, dy: -3 });
    expect(firstRow()).toBe("Tokyo");
    screen.scroll({ x: 500, y: 1000, dx: 0, dy: 100 });
    expect(firstRow()).toBe("Seoul");
    screen.scroll({ x: 500, y: 1000, dx: 0, dy: -1000 });
    expect(nodes().findLast(({ resourceId }) => resourceId.endsWith("row"))?.text).toBe("Perth");
  });

  it("does not take a drag for a tap", () => {
    drag(500, 1500, 1400, 100);
    expect(nodes().some(({ isChecked }) => isChecked)).toBe(false);
    touchNode(node("row"));
    expect(node("row").isChecked).toBe(true);
  });
});

describe("system", () => {
  it("is black and deaf while it is off, and comes back as it was", () => {
    screen.launch(notesApp);
    press(keyCodes.POWER);
    expect(screen.isAwake).toBe(false);
    expect(nodes()).toEqual([]);
    expect(screen.nextChange()).toBe(Infinity);
    screen.pointer({ action: "down", id: 0, x: 500, y: 500 });
    screen.type("lost");
    press(keyCodes.HOME);
    press(keyCodes.WAKEUP);
    expect(screen.foreground).toBe(notesApp);
    expect(node("field").text).toBe("");
  });

  it("goes home with a swipe from the bottom, back with one from the side, and shows the panel with one from the top", () => {
    screen.launch(notesApp);
    drag(540, 2390, 1800);
    expect(screen.foreground).toBe(launcherPackage);
    screen.launch(notesApp);
    screen.pointer({ action: "down", id: 0, x: 5, y: 1200 });
    screen.pointer({ action: "move", id: 0, x: 400, y: 1210 });
    screen.pointer({ action: "up", id: 0, x: 400, y: 1210 });
    expect(screen.foreground).toBe(launcherPackage);
    drag(540, 10, 900);
    expect(node("notification").text).toBe("USB debugging connected");
    screen.showPanel(false);
    expect(nodes().some(({ resourceId }) => resourceId.endsWith("notification"))).toBe(false);
  });

  it("has three buttons on an older phone", () => {
    screen = start(3);
    screen.launch(notesApp);
    touchNode(node("home"));
    expect(screen.foreground).toBe(launcherPackage);
  });

  it("shows the volume for a moment", () => {
    press(keyCodes.VOLUME_UP);
    expect(node("volume").text).toBe("9 of 15");
    expect(screen.nextChange()).toBe(now + 1_500);
    now += 1_500;
    expect(nodes().some(({ resourceId }) => resourceId.endsWith("volume"))).toBe(false);
  });

  it("changes by itself only when the minute does, unless something moves", () => {
    expect(screen.nextChange()).toBe(startedAt + 40_000);
    screen.launch("com.tabfarm.motion");
    expect(screen.nextChange()).toBeLessThanOrEqual(now + 17);
    touchNode(node("motion"));
    now += 10_000;
    expect(screen.nextChange()).toBe(startedAt + 40_000);
  });
});

describe("the debugging dialog", () => {
  it("answers with the person's touch, always if the box is checked", async () => {
    const once = screen.askDebugging(question());
    expect(node("fingerprint").text).toBe("AA:BB:CC:DD");
    expect(node("key").text).toBe("farm@pc");
    touchNode(node("button1"));
    expect(await once).toBe("allow");
    const always = screen.askDebugging(question());
    touchNode(node("alwaysUse"));
    expect(node("alwaysUse").isChecked).toBe(true);
    touchNode(node("button1"));
    expect(await always).toBe("allow-always");
    const never = screen.askDebugging(question());
    touchNode(node("button2"));
    expect(await never).toBe("deny");
    const left = screen.askDebugging(question());
    press(keyCodes.BACK);
    expect(await left).toBe("deny");
  });

  it("keeps what is below it from being touched", () => {
    const icon = node("icon", "Notes");
    void screen.askDebugging(question());
    touchNode(icon);
    expect(screen.foreground).toBe(launcherPackage);
  });

  it("goes with the computer that asked, and the next one's question stays", async () => {
    const stop = new AbortController();
    const gone = screen.askDebugging({ ...question(), signal: stop.signal });
    const next = screen.askDebugging({ ...question(), keyName: "second" });
    stop.abort();
    expect(await gone).toBe("deny");
    expect(node("key").text).toBe("second");
    touchNode(node("button1"));
    expect(await next).toBe("allow");
  });
});

describe("the picture", () => {
  it("marks a touch at its device coordinates in both orientations, for a while after it ended", () => {
    for (const [rotation, x, y] of [
      [0, 300, 1700],
      [1, 1700, 300],
    ] as const) {
      screen.rotate(rotation);
      screen.pointer({ action: "down", id: 0, x, y });
      screen.pointer({ action: "up", id: 0, x, y });
      // The dot and its ring.
      expect(dots()).toEqual([
        { x, y },
        { x, y },
      ]);
      expect(screen.nextChange()).toBe(now + touchMarkMs);
      now += touchMarkMs + 120;
      expect(dots()).toEqual([]);
    }
  });

  it("marks every finger, and none that comes down outside", () => {
    screen.pointer({ action: "down", id: 0, x: 10, y: 10 });
    screen.pointer({ action: "down", id: 1, x: 1000, y: 2000 });
    screen.pointer({ action: "down", id: 2, x: 1080, y: 2000 });
    expect(dots().length).toBe(4);
  });

  it("paints and describes every app on every model in every orientation, all of it on the screen", () => {
    demoModels.forEach((_model, index) => {
      screen = start(index);
      for (const packageName of screen.packages) {
        screen.launch(packageName);
        for (const rotation of [0, 1, 2, 3] as const) {
          screen.rotate(rotation);
          const { context, calls } = makeRecordingContext();
          screen.paint(context);
          expect(calls.length).toBeGreaterThan(20);
          for (const { bounds } of nodes()) {
            expect(bounds.left).toBeGreaterThanOrEqual(0);
            expect(bounds.right).toBeLessThanOrEqual(screen.size.width + 1);
            expect(bounds.bottom).toBeLessThanOrEqual(screen.size.height + 1);
          }
        }
      }
    });
  });

  it("draws a line for each finger at once", () => {
    screen.launch("com.tabfarm.sketch");
    for (const id of [0, 1]) screen.pointer({ action: "down", id, x: 300 + id * 300, y: 1000 });
    for (const id of [0, 1]) screen.pointer({ action: "move", id, x: 300 + id * 300, y: 1400 });
    for (const id of [0, 1]) screen.pointer({ action: "up", id, x: 300 + id * 300, y: 1400 });
    expect(node("canvas").text).toBe("2 lines");
    touchNode(node("clear"));
    expect(node("canvas").text).toBe("0 lines");
  });
});
