import type { ProblemCode } from "../../../protocol/device-state.ts";

export interface Advice {
  /** A few words: fits on a tile. */
  title: string;
  /** What to do, in the order to try it; what is to be typed stands between backticks. */
  steps: readonly string[];
}

/** Every problem a device can have, in plain words. A new code does not compile before it has its words here. */
export const adviceOn: Record<ProblemCode, Advice> = {
  IN_USE: {
    title: "Another program or tab holds this phone",
    steps: [
      "Run `adb kill-server` in a terminal on this PC, and close Android Studio, scrcpy or Vysor: they start adb again.",
      "Close every other browser tab that uses this phone, also another Tabfarm worker.",
      "Press “Try again”, or pull the cable and plug it in.",
    ],
  },
  ACCESS_DENIED: {
    title: "The operating system does not let Chrome open this phone",
    steps: [
      "Linux: install the udev rules (`apt install android-sdk-platform-tools-common`), then replug the phone.",
      "Windows: install the WinUSB driver for the phone's “ADB Interface” (Google USB Driver or Zadig).",
      "Press “Try again”.",
    ],
  },
  AUTH_PENDING: {
    title: "Tap “Allow” on the phone",
    steps: [
      "Unlock the phone. It asks “Allow USB debugging?”.",
      "Tick “Always allow from this computer”, then tap “Allow”.",
      "No question there? Turn “USB debugging” off and on again in the developer options, then press “Try again”.",
    ],
  },
  AUTH_REFUSED: {
    title: "The phone refused this PC",
    steps: [
      "Press “Try again” and tap “Allow” when the phone asks.",
      "If it does not ask: developer options → “Revoke USB debugging authorisations”, then replug the phone.",
    ],
  },
  ADB_TIMEOUT: {
    title: "The phone does not answer",
    steps: [
      "Unlock the phone and choose “File transfer” in its USB notification.",
      "Try another cable or port: many cables only charge, and hubs run out of power.",
      "Turn “USB debugging” off and on again, or restart the phone.",
    ],
  },
  ADB_PROTOCOL: {
    title: "The phone answered something unexpected",
    steps: [
      "Pull the cable, wait two seconds, plug it in again.",
      "If it comes back: restart the phone. A very old Android (before 5) is not supported.",
    ],
  },
  USB_ERROR: {
    title: "The USB connection failed",
    steps: [
      "Plug the phone into another port, best without a hub, and try another cable.",
      "Press “Try again”.",
    ],
  },
  NEEDS_PERSON: {
    title: "The phone needs a person",
    steps: [
      "Pull the cable, wait ten seconds, plug it in again: best into another port, and without a hub.",
      "Try another cable: many only charge. Choose “File transfer” in the phone's USB notification.",
      "Still nothing? Hold its power button, on some phones with “volume down”, for 15 seconds until it restarts.",
      "Then turn “USB debugging” off and on again in the developer options.",
    ],
  },
  BOOTING: {
    title: "Android is still starting",
    steps: [
      "Wait: the phone is ready by itself as soon as Android is.",
      "More than ten minutes? Hold its power button until it restarts; in a recovery menu choose “Reboot system now”.",
    ],
  },
  REBOOTED: {
    title: "The phone was told to reboot",
    steps: [
      "Wait: it comes back by itself, without a click.",
      "Not back after five minutes? Turn it on, then pull the cable and plug it in again.",
    ],
  },
  UNPLUGGED: {
    title: "The phone is unplugged",
    steps: ["Plug it in again: it comes back by itself, without a click."],
  },
  SLOW: {
    title: "The phone answers slowly",
    steps: [
      "It goes on working, and this goes away by itself.",
      "If it stays: close the apps on the phone, let it cool down, or restart it.",
    ],
  },
  NOT_ANDROID: {
    title: "No Android is behind its ADB",
    steps: [
      "Shell commands work. Taps, keys, texts, screenshots and the picture need Android.",
      "If it is a phone: it may be in a recovery or a rescue system. Restart it.",
    ],
  },
  SCREEN_FAILED: {
    title: "The screen cannot be mirrored",
    steps: [
      "Commands still work. Turn the phone's screen on and press “Try again”.",
      "“No space left on device” in the details? Free some of the phone's storage: the picture comes back by itself.",
      "If it stays: restart the phone. Some phones' video encoders crash until then.",
      "A black picture in banking or streaming apps is Android's protection, not a fault.",
    ],
  },
};
