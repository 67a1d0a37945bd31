import type { PhoneModel } from "../model.ts";

export const settingsNamespaces = ["system", "secure", "global"] as const;
type SettingsNamespace = (typeof settingsNamespaces)[number];

/** Android's settings provider: text by name in three tables. */
export interface Settings {
  /** Undefined: never set, which `settings get` prints as `null`. */
  get(namespace: SettingsNamespace, key: string): string | undefined;
  put(namespace: SettingsNamespace, key: string, value: string): void;
  /** False: there was none. */
  delete(namespace: SettingsNamespace, key: string): boolean;
  list(namespace: SettingsNamespace): [key: string, value: string][];
}

export function makeSettings(model: PhoneModel): Settings {
  const tables: Record<SettingsNamespace, Map<string, string>> = {
    system: new Map([
      ["accelerometer_rotation", "0"],
      ["font_scale", "1.0"],
      ["screen_brightness", "128"],
      ["screen_off_timeout", "600000"],
      ["show_touches", "0"],
      ["user_rotation", "0"],
    ]),
    secure: new Map([
      ["android_id", androidId(model.serial)],
      ["default_input_method", "com.android.inputmethod.latin/.LatinIME"],
    ]),
    global: new Map([
      ["adb_enabled", "1"],
      ["airplane_mode_on", "0"],
      ["animator_duration_scale", "1.0"],
      ["device_name", model.model],
      ["stay_on_while_plugged_in", "0"],
      ["transition_animation_scale", "1.0"],
      ["window_animation_scale", "1.0"],
    ]),
  };
  return {
    get: (namespace, key) => tables[namespace].get(key),
    put: (namespace, key, value) => void tables[namespace].set(key, value),
    delete: (namespace, key) => tables[namespace].delete(key),
    list: (namespace) => [...tables[namespace]].sort(([a], [b]) => (a < b ? -1 : 1)),
  };
}

/** Sixteen hexadecimal digits that stay the same for a serial number (64-bit FNV-1a). */
function androidId(serial: string): string {
  let hash = 0xcbf29ce484222325n;
  for (const byte of new TextEncoder().encode(serial)) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  }
  return hash.toString(16).padStart(16, "0");
}
