import type { DecodePng } from "./screencap.ts";

/** By the browser. `screencap` has no time of its own, so the picture has none. */
export const decodeBrowserPng: DecodePng = async (png) => {
  const image = await createImageBitmap(new Blob([png], { type: "image/png" }));
  return {
    size: { width: image.width, height: image.height },
    image,
    deviceUs: 0,
    close: () => image.close(),
  };
};
