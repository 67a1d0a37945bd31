import type { PhoneModel } from "../model.ts";

/** System properties, as `getprop` and `setprop` see them. */
export interface Properties {
  /** Empty when there is no such property. */
  get(key: string): string;
  /** False: the property is read-only (`ro.`) and has a value already. */
  set(key: string, value: string): boolean;
  /** By name. */
  list(): [key: string, value: string][];
}

export function makeProperties(model: PhoneModel): Properties {
  const brand = model.manufacturer.toLowerCase();
  const build = `${brand}/${model.product}/${model.product}:${model.androidVersion}/${buildId(model)}/${model.serial}:user/release-keys`;
  const values = new Map<string, string>(
    Object.entries({
      "dalvik.vm.heapsize": "512m",
      "gsm.sim.state": "ABSENT",
      "init.svc.adbd": "running",
      "init.svc.bootanim": "stopped",
      "net.bt.name": "Android",
      "persist.sys.locale": "en-US",
      "persist.sys.timezone": "UTC",
      "persist.sys.usb.config": "adb",
      "ro.adb.secure": model.isAdbSecure ? "1" : "0",
      "ro.boot.serialno": model.serial,
      "ro.bootmode": "unknown",
      "ro.build.characteristics":
        Math.min(model.naturalSize.width, model.naturalSize.height) * 160 >= 600 * model.density
          ? "tablet"
          : "nosdcard",
      "ro.build.display.id": buildId(model),
      "ro.build.fingerprint": build,
      "ro.build.id": buildId(model),
      "ro.build.tags": "release-keys",
      "ro.build.type": "user",
      "ro.build.version.codename": "REL",
      "ro.build.version.release": model.androidVersion,
      "ro.build.version.sdk": String(model.sdk),
      "ro.debuggable": "0",
      "ro.hardware": model.product,
      "ro.kernel.qemu": "",
      "ro.product.board": model.product,
      "ro.product.brand": brand,
      "ro.product.cpu.abi": "arm64-v8a",
      "ro.product.cpu.abilist": "arm64-v8a,armeabi-v7a,armeabi",
      "ro.product.device": model.product,
      "ro.product.manufacturer": model.manufacturer,
      "ro.product.model": model.model,
      "ro.product.name": model.product,
      "ro.secure": "1",
      "ro.serialno": model.serial,
      "ro.sf.lcd_density": String(model.density),
      "sys.boot_completed": "1",
      "sys.usb.config": "adb",
      "sys.usb.state": "adb",
    }),
  );
  return {
    get: (key) => values.get(key) ?? "",
    set(key, value) {
      if (key.startsWith("ro.") && values.has(key)) return false;
      values.set(key, value);
      return true;
    },
    list: () => [...values].filter(([, value]) => value !== "").sort(([a], [b]) => (a < b ? -1 : 1)),
  };
}

/** Google's letters for each Android version, which Pixel build ids begin with. */
function buildId(model: PhoneModel): string {
  const letters: Record<string, string> = {
    "10": "QP1A",
    "11": "RP1A",
    "12": "SP1A",
    "13": "TP1A",
    "14": "UP1A",
    "15": "AP3A",
  };
  return `${letters[model.androidVersion] ?? "AP4A"}.231005.007`;
}
