import type { AppHost, Stage } from "./app.ts";
import type { AppStack } from "./app-stack.ts";
import type { DebuggingDialog } from "./debugging-dialog.ts";
import type { ScreenKeyguard } from "./keyguard.ts";
import { layNavigationBar } from "./navigation-bar.ts";
import type { Navigation } from "./navigation.ts";
import { layNotificationPanel } from "./notification-panel.ts";
import { layRecents } from "./recents.ts";
import type { Point } from "./rect.ts";
import type { Layer } from "./screen-node.ts";
import { layStatusBar } from "./status-bar.ts";
import { viewAt, type View } from "./view.ts";
import type { Volume } from "./volume.ts";

const systemUi = "com.android.systemui";

export interface LayeredParts {
  host: AppHost;
  apps: AppStack;
  navigation: Navigation;
  volume: Volume;
  dialog: DebuggingDialog;
  keyguard: ScreenKeyguard;
}

/** Everything on the screen, bottom to top: the app, what is pulled over it, the bars, the dialog, the volume. */
export function layLayers(stage: Stage, parts: LayeredParts): Layer[] {
  const { host, apps, navigation, volume, dialog, keyguard } = parts;
  const { screen, theme, now, wallTime } = stage;
  const { shade } = navigation;
  const { installed, app } = apps.front;
  const hasDarkTop = shade === "recents" || (app.hasDarkTop ?? false);
  const isBarWhite = theme.isDark || keyguard.isShown || (shade !== "panel" && hasDarkTop);
  const isNavigationWhite = theme.isDark || keyguard.isShown || shade !== "none" || hasDarkTop;
  const colorOf = (isWhite: boolean) => (isWhite ? "#ffffff" : theme.text);
  return [
    {
      package: installed.packageName,
      views: app.layout(stage),
      isModal: false,
      isSecure: installed.isSecure === true,
    },
    { package: systemUi, views: layShade(stage, parts), isModal: shade !== "none" },
    { package: systemUi, views: dialog.layout(screen, theme), isModal: dialog.isShown },
    { package: systemUi, views: keyguard.layout(stage), isModal: keyguard.isShown },
    {
      package: systemUi,
      isModal: false,
      views: [
        ...layStatusBar(screen, wallTime, host.battery(now), colorOf(isBarWhite)),
        ...layNavigationBar(screen, host.model.sdk, colorOf(isNavigationWhite), navigation),
      ],
    },
    { package: systemUi, views: volume.layout(screen, theme, now), isModal: false },
  ];
}

function layShade(stage: Stage, { host, apps, navigation }: LayeredParts): View[] {
  if (navigation.shade === "none") return [];
  if (navigation.shade === "panel") return layNotificationPanel(stage, host, navigation.closeShade);
  return layRecents(stage, apps.recent, {
    open: (packageName) => void navigation.launch(packageName),
    clear: () => {
      apps.stopAll();
      navigation.closeShade();
    },
    close: navigation.closeShade,
  });
}

/** Topmost view at a place that a finger reaches: nothing below a modal layer. */
export function viewInLayers(layers: readonly Layer[], point: Point): View | undefined {
  for (const layer of layers.toReversed()) {
    const view = viewAt(layer.views, point);
    if (view !== undefined || layer.isModal) return view;
  }
  return undefined;
}
