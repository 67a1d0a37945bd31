import type { Speaker } from "./sound/speaker.ts";

/**
 * The port between a phone's ADB side (`adb/`, `services/`, `android/`, `scrcpy/`) and its screen (`screen/`).
 * All lengths are device pixels in the display's present orientation, unless a name says otherwise.
 */
export interface Display {
  /** Present size: width and height change places when the phone is turned. */
  readonly size: Size;
  /** Size as built, what `wm size` prints. Never changes. */
  readonly naturalSize: Size;
  /** Quarter turns anticlockwise from natural, as Android's `Surface.ROTATION_*`. */
  readonly rotation: Rotation;
  readonly isAwake: boolean;
  /** Whether the panel shines. scrcpy puts it out while the picture goes on; the power key lights it again. */
  isLit: boolean;
  readonly keyguard: Keyguard;
  /** "Allow USB debugging?" is shown. */
  readonly isAsking: boolean;
  /** What plays. */
  readonly speaker: Speaker;
  /** Text an app or the user copied; what `clipboard` control messages get and set. */
  clipboard: string;
  /** How far the clock on the screen is ahead of this machine's, in milliseconds. */
  clockAheadMs: number;

  /** One finger or mouse pointer moves; `id` tells fingers apart. A position outside the display is ignored. */
  pointer(event: PointerChange): void;
  /** An Android key code (`KEYCODE_*`) goes down or up; power, home, back, recents, volume and paste act. */
  key(event: KeyChange): void;
  /** Text arrives in the focused field, as from an input method. Without a focused field it is dropped, as Android does. */
  type(text: string): void;
  /** A wheel turns over a place. `dx`, `dy` are notches as Android's `AXIS_HSCROLL`, `AXIS_VSCROLL`: `dy` above 0 shows what is above. */
  scroll(event: { x: number; y: number; dx: number; dy: number }): void;
  /** Pulls the notification panel down or pushes it back, as `cmd statusbar expand-notifications` and `collapse`. */
  showPanel(isShown: boolean): void;
  rotate(rotation: Rotation): void;

  /** Package names installed, in `pm list packages` order. */
  readonly packages: readonly string[];
  /** The name under an app's icon. Undefined: no such package. */
  labelOf(packageName: string): string | undefined;
  /** What the window manager has, topmost first. */
  readonly windows: readonly PhoneWindow[];
  /** Package in front. */
  readonly foreground: string;
  /** Brings an app to the front. False: no such package. */
  launch(packageName: string): boolean;
  forceStop(packageName: string): void;

  /**
   * Shows Android's "Allow USB debugging?" with the key's fingerprint; settles with the person's touch on it.
   * An abort takes the dialog away and answers "deny". Never rejects.
   */
  askDebugging(request: {
    fingerprint: string;
    keyName: string;
    signal: AbortSignal;
  }): Promise<DebuggingAnswer>;

  /** Called after the picture changed and again no sooner than the next animation step. Returns the unsubscriber. */
  onDamage(listener: () => void): () => void;
  /** Called with text an app copied on the phone itself. */
  onCopy(listener: (text: string) => void): () => void;
  /**
   * Draws the picture that whoever records the screen gets, in which windows that forbid it (`FLAG_SECURE`) are black:
   * scaled to fill `width` × `height`, into a 2D context at the origin.
   */
  draw(context: OffscreenCanvasRenderingContext2D, width: number, height: number): void;
  /** Draws what a person in front of the phone sees. */
  drawPanel(context: OffscreenCanvasRenderingContext2D, width: number, height: number): void;
  /** PNG of the full present size, as `screencap -p`. */
  capture(): Promise<Uint8Array>;
  /** What is on the screen, as `uiautomator dump` tells it: for scripts and tests that read the screen without its pixels. */
  describe(): ScreenNode;
  /** Stops every timer. The display is unusable afterwards. */
  close(): void;
}

/** The lock screen. */
export interface Keyguard {
  /** "Screen lock": Swipe, so that it comes when the phone falls asleep, rather than None. */
  isEnabled: boolean;
  /** It is in front. */
  readonly isShown: boolean;
  /** Takes it away, as `wm dismiss-keyguard`: it wants no secret. */
  dismiss(): void;
}

/** One window, as `dumpsys window` lists it. */
export interface PhoneWindow {
  /** E.g. "StatusBar" or "com.tabfarm.notes/com.tabfarm.notes.MainActivity". */
  readonly title: string;
  readonly package: string;
  readonly type: "BASE_APPLICATION" | "STATUS_BAR" | "NOTIFICATION_SHADE" | "NAVIGATION_BAR" | "WALLPAPER";
  /** FLAG_SECURE: nobody may record it. */
  readonly isSecure: boolean;
  readonly isVisible: boolean;
  /** Keys go to it. One at most. */
  readonly hasFocus: boolean;
}

/** One view on the screen, with the names of `uiautomator dump`'s attributes. The root has the package in front. */
export interface ScreenNode {
  readonly package: string;
  /** Android class, e.g. "android.widget.EditText". */
  readonly class: string;
  /** `package:id/name`, or "". */
  readonly resourceId: string;
  readonly text: string;
  readonly isClickable: boolean;
  readonly isChecked: boolean;
  readonly isFocused: boolean;
  readonly bounds: {
    readonly left: number;
    readonly top: number;
    readonly right: number;
    readonly bottom: number;
  };
  readonly children: readonly ScreenNode[];
}

export interface Size {
  readonly width: number;
  readonly height: number;
}
export type Rotation = 0 | 1 | 2 | 3;
export interface PointerChange {
  action: "down" | "move" | "up" | "cancel";
  id: number;
  x: number;
  y: number;
}
export interface KeyChange {
  action: "down" | "up";
  /** Android `KEYCODE_*`. */
  keyCode: number;
  /** Android `META_*` bits. */
  metaState: number;
}
export type DebuggingAnswer = "deny" | "allow" | "allow-always";
