import type { JSX } from "solid-js";
import "./header.css";
import { Logo } from "./logo.tsx";
import { ThemeToggle } from "./theme-toggle.tsx";

/** The head of every screen: what it is, what it says of itself, the theme. */
export function TopBar(props: { where: string; children?: JSX.Element }): JSX.Element {
  return (
    <header class="top">
      <Logo />
      <h1>
        Tabfarm <span class="where">{props.where}</span>
      </h1>
      <span class="grow" />
      {props.children}
      <ThemeToggle />
    </header>
  );
}
