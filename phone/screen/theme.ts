import type { PhoneModel } from "../model.ts";

/** The colours of one phone, made of one hue as Android 12's dynamic colour does. All are CSS colours. */
export interface Theme {
  readonly hue: number;
  readonly isDark: boolean;
  /** Which wallpaper, 0 or more. */
  readonly pattern: number;
  readonly accent: string;
  readonly onAccent: string;
  readonly background: string;
  readonly surface: string;
  readonly raised: string;
  readonly outline: string;
  readonly text: string;
  readonly faint: string;
}

/** Hue and wallpaper. The wallpaper's own hues reach 24 degrees down and 40 up, which keeps all of them off the touch marks' magenta. */
const looks: readonly (readonly [number, number])[] = [
  [192, 3],
  [14, 0],
  [168, 2],
  [146, 3],
  [18, 3],
  [204, 2],
  [90, 1],
  [222, 0],
  [4, 1],
  [178, 4],
];

export function makeTheme(model: PhoneModel, isDark: boolean): Theme {
  const [hue, pattern] = looks[hash(model.product) % looks.length] ?? [222, 0];
  const of = (saturation: number, lightness: number) => `hsl(${hue} ${saturation}% ${lightness}%)`;
  if (isDark) {
    return {
      hue,
      isDark,
      pattern,
      accent: of(70, 78),
      onAccent: of(60, 16),
      background: of(14, 8),
      surface: of(14, 13),
      raised: of(16, 19),
      outline: of(10, 34),
      text: of(20, 92),
      faint: of(10, 68),
    };
  }
  return {
    hue,
    isDark,
    pattern,
    accent: of(58, 38),
    onAccent: "#ffffff",
    background: of(40, 97),
    surface: of(38, 93),
    raised: of(42, 88),
    outline: of(14, 70),
    text: of(24, 12),
    faint: of(10, 38),
  };
}

/** FNV-1a, its upper half folded down because the lower bits alone repeat. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (const letter of text) value = Math.imul(value ^ (letter.codePointAt(0) ?? 0), 0x01000193);
  return (value ^ (value >>> 15)) >>> 0;
}
