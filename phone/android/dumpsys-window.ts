import type { PhoneWindow } from "../display.ts";
import type { PhoneModel } from "../model.ts";
import type { Android } from "./android.ts";

const sections = ["policy", "displays", "windows"] as const;
type Section = (typeof sections)[number];

/** `dumpsys window`, or one section of it by its name: the lines that scripts look for, as this phone's Android prints them. */
export function dumpWindows(android: Android, [wanted]: readonly string[]): string {
  const only = sections.find((section) => section === wanted);
  const printed = only === undefined ? sections : [only];
  return printed.map((section) => printers[section](android)).join("");
}

const printers: Readonly<Record<Section, (android: Android) => string>> = {
  policy({ display, model }) {
    const { isAwake, keyguard } = display;
    const lines = [
      "    mSafeMode=false mSystemReady=true mSystemBooted=true",
      ...(hasDisplayPolicy(model) ? [] : android9Lock(keyguard.isShown)),
      "    KeyguardServiceDelegate",
      `      showing=${keyguard.isShown}`,
      "      occluded=false",
      "      secure=false",
      `      screenState=SCREEN_STATE_${isAwake ? "ON" : "OFF"}`,
      `      interactiveState=INTERACTIVE_STATE_${isAwake ? "AWAKE" : "SLEEP"}`,
      "      KeyguardStateMonitor",
      `        mIsShowing=${keyguard.isShown}`,
    ];
    return `WINDOW MANAGER POLICY STATE (dumpsys window policy)\n${lines.join("\n")}\n\n`;
  },

  displays({ display, model }) {
    const { width, height } = display.size;
    const { naturalSize, density } = model;
    const lines = [
      "  Display: mDisplayId=0",
      `    init=${naturalSize.width}x${naturalSize.height} ${density}dpi cur=${width}x${height} app=${width}x${height}`,
      `    mRotation=ROTATION_${display.rotation * 90}`,
      ...(hasDisplayPolicy(model) ? [focusLine(display.windows)] : []),
      "    DisplayPolicy",
      ...(hasDisplayPolicy(model) ? android10Lock(display.keyguard.isShown) : []),
    ];
    return `WINDOW MANAGER DISPLAY CONTENTS (dumpsys window displays)\n${lines.join("\n")}\n\n`;
  },

  windows({ display, model }) {
    const lines = [
      ...display.windows.flatMap((window, at) => windowLines(window, at, model)),
      "",
      ...(hasDisplayPolicy(model) ? [] : [focusLine(display.windows)]),
      "  mHasPermanentDpad=false",
    ];
    return `WINDOW MANAGER WINDOWS (dumpsys window windows)\n${lines.join("\n")}\n`;
  },
};

/** Since Android 10 each display has its own policy and focus. */
function hasDisplayPolicy({ sdk }: PhoneModel): boolean {
  return sdk >= 29;
}

const android9Lock = (isShown: boolean): string[] => [
  `    mShowingDream=false mDreamingLockscreen=${isShown} mDreamingSleepToken=null`,
  `    mStatusBar=Window{895aa8f u0 StatusBar} isStatusBarKeyguard=${isShown}`,
];
const android10Lock = (isShown: boolean): string[] => [
  `      mShowingDream=false mDreamingLockscreen=${isShown}`,
  `      isKeyguardShowing=${isShown}`,
];

function focusLine(windows: readonly PhoneWindow[]): string {
  const focused = windows.find(({ hasFocus }) => hasFocus);
  return `  mCurrentFocus=${focused === undefined ? "null" : nameOf(focused)}`;
}

function nameOf({ title }: PhoneWindow): string {
  return `Window{${hashOf(title)} u0 ${title}}`;
}

function windowLines(window: PhoneWindow, at: number, model: PhoneModel): string[] {
  return [
    `  Window #${at} ${nameOf(window)}:`,
    `    mDisplayId=0 mSession=Session{e09d58 1285:1000} mClient=android.os.BinderProxy@e928cd7`,
    `    mOwnerUid=10133 package=${window.package} appop=NONE`,
    ...attributeLines(window, model),
    `    mHasSurface=${window.isVisible} isReadyForDisplay()=${window.isVisible} mWindowRemovalAllowed=false`,
    `    isOnScreen=${window.isVisible}`,
    `    isVisible=${window.isVisible}`,
  ];
}

const layoutTypes = {
  BASE_APPLICATION: 1,
  STATUS_BAR: 2000,
  NOTIFICATION_SHADE: 2040,
  NAVIGATION_BAR: 2019,
  WALLPAPER: 2013,
} as const satisfies Record<PhoneWindow["type"], number>;

/** `WindowManager.LayoutParams.toString()`: numbers to Android 8, then names, and numbers again on Samsung's Android 14. */
function attributeLines({ type, isSecure }: PhoneWindow, { sdk, manufacturer }: PhoneModel): string[] {
  const digits = isSecure ? "81812100" : "81810100";
  if (sdk < 28) {
    const parameters = `(0,0)(fillxfill) sim=#120 ty=${layoutTypes[type]} fl=#${digits} pfl=0x20000 colorMode=0`;
    return [`    mAttrs=WM.LayoutParams{${parameters}}`];
  }
  const names = `LAYOUT_IN_SCREEN ${isSecure ? "SECURE " : ""}LAYOUT_INSET_DECOR SPLIT_TOUCH HARDWARE_ACCELERATED`;
  const isNumeric = manufacturer === "samsung" && sdk >= 34;
  return [
    `    mAttrs={(0,0)(fillxfill) sim={adjust=pan} ty=${type} fmt=TRANSLUCENT`,
    `      fl=${isNumeric ? digits : `${names} DRAWS_SYSTEM_BAR_BACKGROUNDS`}`,
    `      pfl=${isNumeric ? "20000" : "FORCE_DRAW_STATUS_BAR_BACKGROUND"}}`,
  ];
}

/** Seven hexadecimal digits that stay the same for a window, as Java's identity hash does. */
function hashOf(title: string): string {
  let hash = 0x811c9dc5;
  for (const letter of title) hash = Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 0x01000193);
  return (hash >>> 4).toString(16).padStart(7, "0");
}
