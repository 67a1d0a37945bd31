/** What is to know about a display to understand its picture: a black one may be quite right. */
export interface DisplayState {
  /** `off` while the phone sleeps, also with an ambient clock on it. scrcpy's own "screen off" leaves it on. */
  display: "on" | "off" | "unknown";
  /** The lock screen is in front; not while an app is shown over it, as for a call. Undefined: the phone does not say. */
  isLocked: boolean | undefined;
  /** The window in front is FLAG_SECURE, which makes it black in every picture of the screen. Undefined: likewise. */
  isSecure: boolean | undefined;
}

export const unknownDisplay: DisplayState = { display: "unknown", isLocked: undefined, isSecure: undefined };

/**
 * One shell line that answers it; `readDisplayState` reads its output, some kilobytes. In AOSP, by what prints it:
 *
 * - `PowerManagerService`: `  mWakefulness=Awake`, `Asleep`, `Dreaming` or `Dozing` (5 to 15). Some makers' systems leave
 *   it out and have `Display Power: state=ON` (AOSP 5 to 11).
 * - `PhoneWindowManager` (to 9), `DisplayPolicy` (from 10): `mShowingDream=false mDreamingLockscreen=true`, which is
 *   whether the keyguard shows and nothing covers it; up to 5 `mShowingLockscreen` besides; from 10 `isKeyguardShowing=`.
 * - `WindowManagerService` (to 9), `DisplayContent` (from 10, once a display): `mCurrentFocus=Window{85a52f2 u0 a.b/a.b.Main}`
 *   or `null`.
 * - `WindowState`: `  Window #3 Window{85a52f2 u0 a.b/a.b.Main}:` and soon after it its `WindowManager.LayoutParams`: ` fl=`
 *   with `#81812100` (to 8), with names on a line of their own, `      fl=LAYOUT_IN_SCREEN SECURE` (from 9), or with
 *   bare digits, `      fl=81812100` (Samsung's 14 to 16).
 */
export const displayQuestion =
  "dumpsys power | grep -E 'mWakefulness=|Display Power: state='; " +
  "dumpsys window | grep -E 'mShowingLockscreen=|mDreamingLockscreen=|isKeyguardShowing=|mCurrentFocus=|Window #[0-9]| fl='";

const secureFlag = 0x2000;

export function readDisplayState(answer: string): DisplayState {
  return { display: powerOf(answer), isLocked: lockOf(answer), isSecure: securityOf(answer) };
}

function powerOf(answer: string): DisplayState["display"] {
  const wakefulness = /\bmWakefulness=(\w+)/.exec(answer)?.[1];
  if (wakefulness === "Awake" || wakefulness === "Dreaming") return "on";
  if (wakefulness === "Asleep" || wakefulness === "Dozing") return "off";
  const power = /Display Power: state=(\w+)/.exec(answer)?.[1];
  if (power === undefined) return "unknown";
  return power === "ON" ? "on" : "off";
}

function lockOf(answer: string): boolean | undefined {
  const uncovered = answer.match(/\bm(?:Showing|Dreaming)Lockscreen=(?:true|false)/g);
  const said = uncovered ?? answer.match(/\bisKeyguardShowing=(?:true|false)/g);
  return said?.some((each) => each.endsWith("true"));
}

function securityOf(answer: string): boolean | undefined {
  // Other displays, scrcpy's own among them, have no focus: `null`.
  const focus = /\bmCurrentFocus=Window\{(\w+) /.exec(answer)?.[1];
  const window = answer.split(/Window #\d+ /).find((part) => part.startsWith(`Window{${focus} `));
  const flags = window && / fl=(?:#?([0-9a-f]{1,8})\b|([A-Z][A-Z_ ]*))/.exec(window);
  if (!flags) return undefined;
  const [, digits, names = ""] = flags;
  if (digits !== undefined) return (Number.parseInt(digits, 16) & secureFlag) !== 0;
  return names.split(" ").includes("SECURE");
}
