import { describe, expect, it } from "vitest";
import { keyCodes } from "../key-codes.ts";
import { demoModels } from "../models.ts";
import type { PaintContext } from "./paint-context.ts";
import { makeRecordingContext } from "./recording-context.ts";
import { makeScreen, type Screen } from "./screen.ts";

const [model] = demoModels;
if (model === undefined) throw new Error("no model");
const start = (): Screen =>
  makeScreen({ model, now: () => 1_800_000_000_000, onChange: () => undefined, onCopy: () => undefined });

function press(screen: Screen, keyCode: number): void {
  screen.key({ action: "down", keyCode, metaState: 0 });
}
function swipeUp(screen: Screen): void {
  const { width, height } = screen.size;
  screen.pointer({ action: "down", id: 0, x: width / 2, y: height * 0.8 });
  screen.pointer({ action: "move", id: 0, x: width / 2, y: height * 0.3 });
  screen.pointer({ action: "up", id: 0, x: width / 2, y: height * 0.3 });
}
function textsOf(paint: (context: PaintContext) => void): unknown[] {
  const { context, calls } = makeRecordingContext();
  paint(context);
  return calls.filter(({ name }) => name === "fillText").map(({ args }) => args[0]);
}

describe("the lock screen", () => {
  it("comes when the phone falls asleep, if there is one, and goes with a swipe", () => {
    const screen = start();
    press(screen, keyCodes.POWER);
    press(screen, keyCodes.POWER);
    expect(screen.keyguard.isShown).toBe(false);
    screen.keyguard.isEnabled = true;
    press(screen, keyCodes.SLEEP);
    press(screen, keyCodes.WAKEUP);
    expect(screen.keyguard.isShown).toBe(true);
    expect(textsOf((context) => screen.paint(context))).toContain("Swipe up to open");
    swipeUp(screen);
    expect(screen.keyguard.isShown).toBe(false);
  });

  it("keeps keys, text and touches from what is below it", () => {
    const screen = start();
    screen.launch("com.tabfarm.notes");
    screen.keyguard.isEnabled = true;
    press(screen, keyCodes.POWER);
    press(screen, keyCodes.POWER);
    screen.type("secret");
    press(screen, keyCodes.HOME);
    press(screen, keyCodes.BACK);
    press(screen, keyCodes.APP_SWITCH);
    screen.pointer({ action: "down", id: 0, x: 540, y: 700 });
    screen.pointer({ action: "up", id: 0, x: 540, y: 700 });
    expect(screen.keyguard.isShown).toBe(true);
    press(screen, keyCodes.MENU);
    expect(screen.foreground).toBe("com.tabfarm.notes");
    const field = screen.describe().children.find((node) => node.class.endsWith("EditText"));
    expect(field?.text).toBe("");
  });
});

it("an app that forbids pictures is black for who records it, below a status bar that is not, and seen on the phone", () => {
  const screen = start();
  screen.launch("com.tabfarm.bank");
  expect(textsOf((context) => screen.paintPanel(context))).toContain("12,345.67");
  const recorded = textsOf((context) => screen.paint(context));
  expect(recorded).not.toContain("12,345.67");
  expect(recorded.length).toBeGreaterThan(0);
});

it("a panel that was put out is dark for the person and not for who records it, until the power key", () => {
  const screen = start();
  screen.isLit = false;
  expect(textsOf((context) => screen.paintPanel(context))).toEqual([]);
  expect(textsOf((context) => screen.paint(context))).not.toEqual([]);
  press(screen, keyCodes.POWER);
  press(screen, keyCodes.POWER);
  expect(textsOf((context) => screen.paintPanel(context))).not.toEqual([]);
});
