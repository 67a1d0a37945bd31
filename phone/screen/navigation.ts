import type { AppStack } from "./app-stack.ts";
import type { DebuggingDialog } from "./debugging-dialog.ts";
import type { ScreenKeyguard } from "./keyguard.ts";
import type { NavigationActions } from "./navigation-bar.ts";

/** What is pulled over the app in front. */
export type Shade = "none" | "panel" | "recents";

/** The way between apps: back, home, recents and the notification panel. */
export interface Navigation extends NavigationActions {
  readonly shade: Shade;
  /** Something lies over the app and keeps touches and keys from it. */
  readonly isCovered: boolean;
  showPanel(isShown: boolean): void;
  closeShade: () => void;
  /** False: no such package. */
  launch: (packageName: string) => boolean;
}

export function makeNavigation(
  apps: AppStack,
  dialog: DebuggingDialog,
  keyguard: ScreenKeyguard,
): Navigation {
  let shade: Shade = "none";

  function closeShade(): void {
    shade = "none";
  }

  return {
    get shade() {
      return shade;
    },
    get isCovered() {
      return shade !== "none" || dialog.isShown || keyguard.isShown;
    },
    closeShade,
    showPanel(isShown) {
      if (isShown) shade = "panel";
      else if (shade === "panel") closeShade();
    },
    back() {
      if (keyguard.isShown) closeShade();
      else if (dialog.isShown) dialog.answer("deny");
      else if (shade !== "none") closeShade();
      else apps.goHome();
    },
    home() {
      if (keyguard.isShown) return;
      if (dialog.isShown) dialog.answer("deny");
      closeShade();
      apps.goHome();
    },
    recents() {
      if (keyguard.isShown) return;
      shade = shade === "recents" ? "none" : "recents";
    },
    launch(packageName) {
      const isLaunched = apps.launch(packageName);
      if (isLaunched) closeShade();
      return isLaunched;
    },
  };
}
