import { expect, test } from "vitest";
import { readDisplayState, unknownDisplay } from "./display-state.ts";

/** What `displayQuestion` answers, as these systems print it. */

const android6Locked = `\
  mWakefulness=Awake
Display Power: state=ON
    mShowingLockscreen=true mShowingDream=false mDreamingLockscreen=true mDreamingSleepToken=null
  Window #4 Window{2c9a18e u0 StatusBar}:
    mAttrs=WM.LayoutParams{(0,0)(fillxfill) gr=#30 sim=#110 ty=2000 fl=#81960048 fmt=-3}
  Window #2 Window{14eaa6e5 u0 com.vourkosa.overlayapp/com.vourkosa.overlayapp.MainActivity}:
    mAttrs=WM.LayoutParams{(0,0)(fillxfill) sim=#120 ty=1 fl=#81810100 wanim=0x1030466 vsysui=0x600 needsMenuKey=2}
  mCurrentFocus=Window{2c9a18e u0 StatusBar}
`;

const android8Secure = `\
  mWakefulness=Awake
Display Power: state=ON
    mShowingDream=false mDreamingLockscreen=false mDreamingSleepToken=null
  Window #7 Window{895aa8f u0 StatusBar}:
    mAttrs=WM.LayoutParams{(0,0)(fillx63) gr=#30 sim=#10 ty=2000 fl=#81840048 fmt=-3}
  Window #3 Window{9afc884 u0 com.example.bank/com.example.bank.MainActivity}:
    mAttrs=WM.LayoutParams{(0,0)(fillxfill) sim=#120 ty=1 fl=#81812100 pfl=0x20000 wanim=0x10302f6 needsMenuKey=2 colorMode=0}
  mCurrentFocus=Window{9afc884 u0 com.example.bank/com.example.bank.MainActivity}
`;

const android10 = `\
  mWakefulness=Awake
Display Power: state=ON
    mShowingDream=false mDreamingLockscreen=false
  mCurrentFocus=Window{582c745 u0 com.tencent.mm/com.tencent.mm.plugin.appbrand.ui.AppBrandUI}
  mCurrentFocus=null
  Window #0 Window{4bf30ad u0 PointerLocation - display 0}:
      fl=NOT_FOCUSABLE NOT_TOUCHABLE LAYOUT_IN_SCREEN FULLSCREEN HARDWARE_ACCELERATED
  Window #7 Window{582c745 u0 com.tencent.mm/com.tencent.mm.plugin.appbrand.ui.AppBrandUI}:
      fl=LAYOUT_IN_SCREEN LAYOUT_INSET_DECOR SPLIT_TOUCH HARDWARE_ACCELERATED DRAWS_SYSTEM_BAR_BACKGROUNDS
  Window #11 Window{8db6bd6 u0 com.alicloud.databox/com.ali.user.mobile.login.ui.UserLoginActivity}:
      fl=LAYOUT_IN_SCREEN SECURE LAYOUT_INSET_DECOR SPLIT_TOUCH HARDWARE_ACCELERATED TRANSLUCENT_STATUS
`;

const android14Asleep = `\
  mWakefulness=Dozing
    mShowingDream=false mDreamingLockscreen=true
    isKeyguardShowing=true
  mCurrentFocus=Window{72459d u0 NotificationShade}
  Window #6 Window{72459d u0 NotificationShade}:
      fl=NOT_FOCUSABLE TOUCHABLE_WHEN_WAKING WATCH_OUTSIDE_TOUCH SPLIT_TOUCH HARDWARE_ACCELERATED
`;

const samsung16Secure = `\
  mWakefulness=Awake
    mShowingDream=false mDreamingLockscreen=false
    isKeyguardShowing=false
  mCurrentFocus=Window{874c8ba u0 com.example.bank/com.example.bank.MainActivity}
  Window #5 Window{9c58163 u0 RecentsTransitionOverlay}:
      fl=118
  Window #7 Window{874c8ba u0 com.example.bank/com.example.bank.MainActivity}:
      fl=81812100
`;

test.each([
  ["Android 6, locked", android6Locked, { display: "on", isLocked: true, isSecure: false }],
  [
    "Android 8, an app that forbids pictures",
    android8Secure,
    { display: "on", isLocked: false, isSecure: true },
  ],
  ["Android 10, with two displays", android10, { display: "on", isLocked: false, isSecure: false }],
  [
    "Android 14, asleep with an ambient clock",
    android14Asleep,
    { display: "off", isLocked: true, isSecure: false },
  ],
  ["Samsung's Android 16, likewise", samsung16Secure, { display: "on", isLocked: false, isSecure: true }],
])("[M30] is read from what %s prints", (_, answer, state) => {
  expect(readDisplayState(answer)).toEqual(state);
});

test("[M30] the window in front decides, not one behind it", () => {
  expect(readDisplayState(android10.replace("Window{582c745", "Window{8db6bd6")).isSecure).toBe(true);
});

test("[M30] what a phone does not say is unknown", () => {
  expect(readDisplayState("")).toEqual(unknownDisplay);
  expect(readDisplayState("Can't find service: window\n")).toEqual(unknownDisplay);
  expect(readDisplayState("  mCurrentFocus=null\n").isSecure).toBeUndefined();
  expect(readDisplayState("  mCurrentFocus=Window{1 u0 gone}\n").isSecure).toBeUndefined();
});

test("[M30] a system without mWakefulness is believed about its display, one without mDreamingLockscreen about its keyguard", () => {
  expect(readDisplayState("Display Power: state=OFF\n    isKeyguardShowing=true\n")).toMatchObject({
    display: "off",
    isLocked: true,
  });
});
