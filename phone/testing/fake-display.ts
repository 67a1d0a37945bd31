import type { DebuggingAnswer, Display, KeyChange, PointerChange, Rotation, ScreenNode } from "../display.ts";
import type { PhoneModel } from "../model.ts";
import { makeSpeaker } from "../sound/speaker.ts";

/** A screen without pixels that writes down what happens to it. */
export interface FakeDisplay extends Display {
  readonly pointers: PointerChange[];
  readonly keys: KeyChange[];
  readonly typed: string[];
  readonly dialogs: { fingerprint: string; keyName: string; signal: AbortSignal }[];
  /** What the next dialog is answered with; undefined leaves it open until it is aborted. */
  answer: DebuggingAnswer | undefined;
}

const packages = ["com.android.launcher3", "com.android.settings", "com.example.notes"];

/** What `capture` gives: the eight bytes every PNG begins with. */
export const fakePng = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);

export function makeFakeDisplay(model: PhoneModel): FakeDisplay {
  let foreground = "com.android.launcher3";
  let rotation: Rotation = 0;
  const fake: FakeDisplay = {
    pointers: [],
    keys: [],
    typed: [],
    dialogs: [],
    answer: "allow",
    get size() {
      const { width, height } = model.naturalSize;
      return rotation % 2 === 0 ? { width, height } : { width: height, height: width };
    },
    naturalSize: model.naturalSize,
    get rotation() {
      return rotation;
    },
    isAwake: true,
    isLit: true,
    keyguard: { isEnabled: false, isShown: false, dismiss: () => undefined },
    windows: [],
    isAsking: false,
    speaker: makeSpeaker(),
    clipboard: "",
    clockAheadMs: 0,
    pointer: (event) => void fake.pointers.push(event),
    key: (event) => void fake.keys.push(event),
    type: (text) => void fake.typed.push(text),
    scroll: () => undefined,
    showPanel: () => undefined,
    rotate: (next) => (rotation = next),
    packages,
    labelOf: (name) => (packages.includes(name) ? name : undefined),
    get foreground() {
      return foreground;
    },
    launch(name) {
      if (!packages.includes(name)) return false;
      foreground = name;
      return true;
    },
    forceStop(name) {
      if (foreground === name) foreground = "com.android.launcher3";
    },
    async askDebugging(request) {
      fake.dialogs.push(request);
      if (fake.answer !== undefined) return fake.answer;
      return await new Promise<DebuggingAnswer>((resolve) => {
        request.signal.addEventListener("abort", () => resolve("deny"));
      });
    },
    onDamage: () => () => undefined,
    onCopy: () => () => undefined,
    draw: () => undefined,
    drawPanel: () => undefined,
    capture: async () => fakePng.slice(),
    describe: () => screen(foreground, model),
    close: () => undefined,
  };
  return fake;
}

function screen(foreground: string, { naturalSize }: PhoneModel): ScreenNode {
  return {
    package: foreground,
    class: "android.widget.FrameLayout",
    resourceId: "",
    text: 'a "quoted" & <odd> text',
    isClickable: false,
    isChecked: false,
    isFocused: false,
    bounds: { left: 0, top: 0, right: naturalSize.width, bottom: naturalSize.height },
    children: [],
  };
}
