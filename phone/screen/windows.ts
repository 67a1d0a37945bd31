import type { PhoneWindow } from "../display.ts";
import type { AppStack } from "./app-stack.ts";
import type { DebuggingDialog } from "./debugging-dialog.ts";
import { launcherPackage } from "./installed-apps.ts";
import type { ScreenKeyguard } from "./keyguard.ts";
import type { Navigation } from "./navigation.ts";

const systemUi = "com.android.systemui";
/** From Android 11 on the notifications and the lock screen have a window of their own, apart from the status bar. */
const firstShadeSdk = 30;

export interface WindowedParts {
  sdk: number;
  isAwake: boolean;
  apps: AppStack;
  navigation: Navigation;
  dialog: DebuggingDialog;
  keyguard: ScreenKeyguard;
}

/** The windows of what is on the screen, topmost first. */
export function listWindows(parts: WindowedParts): PhoneWindow[] {
  const { sdk, isAwake, apps, navigation, dialog, keyguard } = parts;
  const { packageName, isSecure = false } = apps.front.installed;
  const isShadeShown = !isAwake || keyguard.isShown || navigation.shade === "panel";
  const isRecents = navigation.shade === "recents";
  const plain = { package: systemUi, isSecure: false, isVisible: isAwake, hasFocus: false };
  const system: PhoneWindow[] = [{ ...plain, title: "NavigationBar0", type: "NAVIGATION_BAR" }];
  if (sdk < firstShadeSdk)
    system.push({ ...plain, title: "StatusBar", type: "STATUS_BAR", hasFocus: isShadeShown });
  else {
    system.push(
      {
        ...plain,
        title: "NotificationShade",
        type: "NOTIFICATION_SHADE",
        isVisible: isShadeShown,
        hasFocus: isShadeShown,
      },
      { ...plain, title: "StatusBar", type: "STATUS_BAR" },
    );
  }
  const activities: PhoneWindow[] = [];
  if (dialog.isShown) {
    const title = `${systemUi}/${systemUi}.usb.UsbDebuggingActivity`;
    activities.push({ ...plain, title, type: "BASE_APPLICATION", hasFocus: !isShadeShown });
  }
  const isAppShown = isAwake && !keyguard.isShown;
  const appFocus = !isShadeShown && !dialog.isShown;
  if (packageName !== launcherPackage) {
    activities.push({
      ...activityOf(packageName),
      isSecure,
      isVisible: isAppShown,
      hasFocus: appFocus && !isRecents,
    });
  }
  const isHome = packageName === launcherPackage || isRecents;
  activities.push({
    ...activityOf(launcherPackage),
    isSecure: false,
    isVisible: isAppShown && isHome,
    hasFocus: appFocus && isHome,
  });
  return [...system, ...activities, { ...plain, title: `${systemUi}.ImageWallpaper`, type: "WALLPAPER" }];
}

function activityOf(packageName: string): Pick<PhoneWindow, "title" | "package" | "type"> {
  return {
    title: `${packageName}/${packageName}.MainActivity`,
    package: packageName,
    type: "BASE_APPLICATION",
  };
}
