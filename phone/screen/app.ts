import type { Keyguard } from "../display.ts";
import type { Tone } from "../sound/speaker.ts";
import type { PhoneModel } from "../model.ts";
import type { PaintContext } from "./paint-context.ts";
import type { Point, Rect } from "./rect.ts";
import type { Scroller } from "./scroller.ts";
import type { TextField } from "./text-field.ts";
import type { Theme } from "./theme.ts";
import type { View } from "./view.ts";

/** One installed app: a state, and what it looks like as views. A force-stop throws the object away. */
export interface App {
  /** Bottom to top. Asked again for every picture, touch and description. */
  layout(stage: Stage): View[];
  /** White text in the status bar. */
  readonly hasDarkTop?: boolean;
  /** What a drag or the wheel moves. */
  readonly scroller?: Scroller;
  /** The field that has the focus. */
  readonly field?: TextField | undefined;
  /** Gets every finger itself instead of taps and drags. */
  readonly onTouch?: (touch: Touch) => void;
  /** When the picture changes by itself next, in ms of `Date.now()`; Infinity: it stays as it is. */
  readonly nextChange?: (now: number) => number;
}

export interface Touch extends Point {
  readonly action: "down" | "move" | "up" | "cancel";
  readonly id: number;
}

/** Where and when an app is shown. Lengths are dp. */
export interface Stage {
  readonly screen: Rect;
  /** The screen without status and navigation bar. */
  readonly content: Rect;
  /** ms of `Date.now()`. */
  readonly now: number;
  /** What the phone's clock says, in milliseconds since 1970; `now` unless it goes wrong. */
  readonly wallTime: number;
  readonly theme: Theme;
}

/** What the system does for an app. */
export interface AppHost {
  readonly model: PhoneModel;
  /** In the launcher's order. */
  readonly launchable: readonly InstalledApp[];
  readonly battery: (now: number) => number;
  readonly launch: (packageName: string) => void;
  readonly isDark: () => boolean;
  readonly setDark: (isDark: boolean) => void;
  readonly turn: () => void;
  /** As loud as the volume says. */
  readonly play: (tone: Omit<Tone, "loudness">) => void;
  readonly keyguard: Keyguard;
}

export interface InstalledApp {
  readonly packageName: string;
  readonly label: string;
  /** FLAG_SECURE: its window is black for whoever records the screen. */
  readonly isSecure?: boolean;
  /** Paints the icon into a square. */
  readonly icon: (context: PaintContext, box: Rect) => void;
  readonly open: (host: AppHost) => App;
}
