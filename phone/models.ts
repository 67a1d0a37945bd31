import type { PhoneModel } from "./model.ts";

/** Every Android has these two names for one encoder, which runs on the processor. */
const softwareEncoders = ["c2.android.avc.encoder", "OMX.google.h264.encoder"];

/** The demo's phones. All but the last let every computer in; the last asks on its screen first. */
export const demoModels: readonly PhoneModel[] = [
  {
    serial: "3B031JEHN00042",
    manufacturer: "Google",
    model: "Pixel 8",
    product: "shiba",
    androidVersion: "14",
    sdk: 34,
    naturalSize: { width: 1080, height: 2400 },
    density: 420,
    battery: 87,
    isAdbSecure: false,
    h264Encoders: ["c2.exynos.h264.encoder", ...softwareEncoders],
    usb: { vendorId: 0x18d1, productId: 0x4ee7 },
  },
  {
    serial: "R5CW30ABCDE",
    manufacturer: "samsung",
    model: "SM-S911B",
    product: "dm1q",
    androidVersion: "15",
    sdk: 35,
    naturalSize: { width: 1080, height: 2340 },
    density: 480,
    battery: 64,
    isAdbSecure: false,
    h264Encoders: ["c2.qti.avc.encoder", ...softwareEncoders],
    usb: { vendorId: 0x04e8, productId: 0x6860 },
  },
  {
    serial: "8d1f0c7e",
    manufacturer: "Xiaomi",
    model: "Redmi 9A",
    product: "dandelion",
    androidVersion: "11",
    sdk: 30,
    naturalSize: { width: 720, height: 1600 },
    density: 320,
    battery: 42,
    isAdbSecure: false,
    h264Encoders: ["OMX.MTK.VIDEO.ENCODER.AVC", ...softwareEncoders],
    usb: { vendorId: 0x2717, productId: 0xff48 },
  },
  {
    serial: "ZY22D7KXQ9",
    manufacturer: "motorola",
    model: "moto g(7) power",
    product: "ocean",
    androidVersion: "10",
    sdk: 29,
    naturalSize: { width: 1080, height: 1920 },
    density: 400,
    battery: 23,
    isAdbSecure: false,
    h264Encoders: ["OMX.qcom.video.encoder.avc", ...softwareEncoders],
    usb: { vendorId: 0x22b8, productId: 0x2e76 },
  },
  {
    serial: "HA1V6L2P",
    manufacturer: "LENOVO",
    model: "Lenovo TB-X606F",
    product: "X606F",
    androidVersion: "12",
    sdk: 31,
    naturalSize: { width: 1200, height: 1920 },
    density: 240,
    battery: 96,
    isAdbSecure: false,
    h264Encoders: ["c2.mtk.avc.encoder", ...softwareEncoders],
    usb: { vendorId: 0x17ef, productId: 0x7d9d },
  },
  {
    serial: "9c7e21d40a6b",
    manufacturer: "OnePlus",
    model: "LE2125",
    product: "OnePlus9Pro",
    androidVersion: "13",
    sdk: 33,
    naturalSize: { width: 1440, height: 3120 },
    density: 560,
    battery: 71,
    isAdbSecure: true,
    h264Encoders: ["c2.qti.avc.encoder", ...softwareEncoders],
    usb: { vendorId: 0x2a70, productId: 0x4ee7 },
  },
];

/** The demo's phones over and over, each with a serial number of its own. */
export function makeModels(count: number): PhoneModel[] {
  return Array.from({ length: count }, (_, at) => {
    const round = Math.floor(at / demoModels.length);
    const model = demoModels[at % demoModels.length];
    if (model === undefined) throw new Error("there are no models");
    return round === 0 ? model : { ...model, serial: `${model.serial}-${round + 1}` };
  });
}
