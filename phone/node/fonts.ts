import { createRequire } from "node:module";
import type { GlobalFonts } from "@napi-rs/canvas";

/** Gives the painter fonts under the names it asks for, so that text looks alike on a machine without any. */
export function registerFonts(registry: typeof GlobalFonts): void {
  const require = createRequire(import.meta.url);
  const fonts = [
    ["Roboto", require.resolve("@fontsource-variable/roboto/files/roboto-latin-wght-normal.woff2")],
    ["Noto Sans KR", require.resolve("@openfonts/noto-sans-kr_korean/files/noto-sans-kr-korean-400.woff2")],
    ["Noto Sans KR", require.resolve("@openfonts/noto-sans-kr_korean/files/noto-sans-kr-korean-500.woff2")],
    ["Noto Sans KR", require.resolve("@openfonts/noto-sans-kr_korean/files/noto-sans-kr-korean-700.woff2")],
    ["Noto Color Emoji", require.resolve("twemoji-colr-font/twemoji.woff2")],
  ] as const;
  for (const [family, path] of fonts) {
    if (registry.registerFromPath(path, family) === null) throw new Error(`${path} cannot be read as a font`);
  }
}
