import { createEffect, type JSX } from "solid-js";
import { Icon } from "./icon.tsx";
import { createSetting, oneOf } from "./setting.ts";

const themes = ["auto", "light", "dark"] as const;
type Theme = (typeof themes)[number];

const next = { auto: "light", light: "dark", dark: "auto" } as const satisfies Record<Theme, Theme>;
const icons = { auto: "auto", light: "sun", dark: "moon" } as const;

/** The document's, whose page may show two toggles. */
const [theme, setTheme] = createSetting<Theme>("theme", "auto", oneOf(themes));

/** Goes round: as the system has it, light, dark. */
export function ThemeToggle(): JSX.Element {
  createEffect(() => {
    const root = document.documentElement;
    if (theme() === "auto") delete root.dataset["theme"];
    else root.dataset["theme"] = theme();
  });
  return (
    <button
      type="button"
      class="button quiet icon"
      aria-label={`Theme: ${theme()}`}
      title={`Theme: ${theme()} (click for ${next[theme()]})`}
      onClick={() => setTheme(next[theme()])}
    >
      <Icon name={icons[theme()]} />
    </button>
  );
}
