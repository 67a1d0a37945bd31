import type { Size } from "./display.ts";

/** What is printed on the box: the fixed facts of one virtual phone. */
export interface PhoneModel {
  /** USB and ADB serial number, unique on a PC. */
  serial: string;
  manufacturer: string;
  /** `ro.product.model`, e.g. "Pixel 8". */
  model: string;
  /** `ro.product.name` and `ro.product.device`, e.g. "shiba". */
  product: string;
  /** `ro.build.version.release`, e.g. "14". */
  androidVersion: string;
  /** `ro.build.version.sdk`, e.g. 34. */
  sdk: number;
  naturalSize: Size;
  /** Dots per inch, as `wm density`. */
  density: number;
  /** Percent at the start; it drains slowly. */
  battery: number;
  /** `ro.adb.secure`: false asks nobody before it lets a computer in. */
  isAdbSecure: boolean;
  /** The names of its H.264 encoders for `MediaCodec`; the first is the default and the chip's own. */
  h264Encoders: readonly string[];
  usb: { vendorId: number; productId: number };
}
