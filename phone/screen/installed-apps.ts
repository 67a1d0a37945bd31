import type { InstalledApp } from "./app.ts";
import { openBank } from "./apps/bank.ts";
import { openChimes } from "./apps/chimes.ts";
import { openLauncher } from "./apps/launcher.ts";
import { openMotion } from "./apps/motion.ts";
import { openNotes } from "./apps/notes.ts";
import { openPlaces } from "./apps/places.ts";
import { openSettings } from "./apps/settings.ts";
import { openSketch } from "./apps/sketch.ts";
import { openTimecode } from "./apps/timecode.ts";
import { bankIcon, chimesIcon, motionIcon, notesIcon, placesIcon, settingsIcon, sketchIcon } from "./icon.ts";

export const launcherPackage = "com.android.launcher3";

/** Behind the icons, in their order. */
export const launchableApps: readonly InstalledApp[] = [
  { packageName: "com.tabfarm.notes", label: "Notes", icon: notesIcon, open: openNotes },
  { packageName: "com.tabfarm.places", label: "Places", icon: placesIcon, open: openPlaces },
  { packageName: "com.tabfarm.motion", label: "Motion", icon: motionIcon, open: openMotion },
  { packageName: "com.tabfarm.sketch", label: "Sketch", icon: sketchIcon, open: openSketch },
  { packageName: "com.tabfarm.chimes", label: "Chimes", icon: chimesIcon, open: openChimes },
  {
    packageName: "com.tabfarm.bank",
    label: "Bank",
    isSecure: true,
    icon: bankIcon,
    open: openBank,
  },
  { packageName: "com.android.settings", label: "Settings", icon: settingsIcon, open: openSettings },
];

/** Without an icon: started by name. */
export const hiddenApps: readonly InstalledApp[] = [
  { packageName: "com.tabfarm.timecode", label: "Timecode", icon: motionIcon, open: openTimecode },
];

export const homeApp: InstalledApp = {
  packageName: launcherPackage,
  label: "Launcher",
  icon: settingsIcon,
  open: openLauncher,
};
