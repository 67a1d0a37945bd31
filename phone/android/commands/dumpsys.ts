import { batteryPercent } from "../../battery.ts";
import type { Android } from "../android.ts";
import { dumpWindows } from "../dumpsys-window.ts";
import { type CommandTable, print } from "../process.ts";

/** What each system service prints, in AOSP's own format. */
const services: Readonly<Record<string, (android: Android, args: readonly string[]) => string>> = {
  battery(android) {
    const level = batteryPercent(android.model, android.upMs());
    const lines = [
      "Current Battery Service state:",
      "  AC powered: false",
      "  USB powered: true",
      "  Wireless powered: false",
      // BatteryService prints it since Android 13.
      ...(android.model.sdk >= 33 ? ["  Dock powered: false"] : []),
      "  Max charging current: 500000",
      "  Max charging voltage: 5000000",
      `  Charge counter: ${level * 45_000}`,
      // BATTERY_STATUS_DISCHARGING: a busy screen takes more than a USB port gives.
      "  status: 3",
      "  health: 2",
      "  present: true",
      `  level: ${level}`,
      "  scale: 100",
      `  voltage: ${3500 + level * 8}`,
      "  temperature: 284",
      "  technology: Li-ion",
    ];
    return `${lines.join("\n")}\n`;
  },

  window: dumpWindows,

  activity({ display }) {
    const record = `ActivityRecord{5d1e8b2 u0 ${display.foreground}/.MainActivity t12}`;
    return `ACTIVITY MANAGER ACTIVITIES (dumpsys activity activities)\n  topResumedActivity=${record}\n  mResumedActivity: ${record}\n`;
  },

  power({ display, model }) {
    const { isAwake } = display;
    const lines = [
      "POWER MANAGER (dumpsys power)",
      "",
      "Power Manager State:",
      "  mDirty=0x0",
      `  mWakefulness=${isAwake ? "Awake" : "Asleep"}`,
      "  mWakefulnessChanging=false",
      "  mIsPowered=true",
      "  mPlugType=2",
      "",
      // Since Android 12 each group of displays has a power of its own.
      ...(model.sdk < 31 ? [`Display Power: state=${isAwake ? "ON" : "OFF"}`] : []),
    ];
    return `${lines.join("\n")}\n`;
  },
};

export const dumpsysCommands: CommandTable = {
  async dumpsys({ args, android, output, errors }) {
    const name = args.find((arg) => !arg.startsWith("-"));
    if (name === undefined) {
      const names = Object.keys(services).sort();
      await print(
        output,
        `Currently running services:\n${names.map((service) => `  ${service}\n`).join("")}`,
      );
    } else if (name === "battery" && args.length > 1) {
      // `dumpsys battery set level 5` and the like would change it; this battery only tells.
      await print(errors, `Unknown command: ${args.slice(1).join(" ")}\n`);
    } else if (Object.hasOwn(services, name))
      await print(output, services[name]?.(android, args.slice(1)) ?? "");
    // dumpsys itself still ends with 0.
    else await print(errors, `Can't find service: ${name}\n`);
    return 0;
  },
};
