import { batteryPercent } from "../../battery.ts";
import type { Android } from "../android.ts";
import { type CommandTable, print } from "../process.ts";

/** What each system service prints, in AOSP's own format. */
const services: Readonly<Record<string, (android: Android) => string>> = {
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

  window({ display }) {
    const focus = `Window{7f3a9c1 u0 ${display.foreground}/${display.foreground}.MainActivity}`;
    return `WINDOW MANAGER WINDOWS (dumpsys window windows)\n  mCurrentFocus=${focus}\n  mRotation=${display.rotation}\n`;
  },

  activity({ display }) {
    const record = `ActivityRecord{5d1e8b2 u0 ${display.foreground}/.MainActivity t12}`;
    return `ACTIVITY MANAGER ACTIVITIES (dumpsys activity activities)\n  topResumedActivity=${record}\n  mResumedActivity: ${record}\n`;
  },

  power({ display }) {
    const state = display.isAwake ? "ON" : "OFF";
    return `POWER MANAGER (dumpsys power)\n  mWakefulness=${display.isAwake ? "Awake" : "Asleep"}\nDisplay Power: state=${state}\n`;
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
    } else if (Object.hasOwn(services, name)) await print(output, services[name]?.(android) ?? "");
    // dumpsys itself still ends with 0.
    else await print(errors, `Can't find service: ${name}\n`);
    return 0;
  },
};
