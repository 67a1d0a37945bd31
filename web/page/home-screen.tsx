import type { JSX } from "solid-js";
import { Icon } from "./look/icon.tsx";
import { TopBar } from "./look/top-bar.tsx";
import "./home.css";

/** For whoever opens the relay's bare address. */
export function HomeScreen(): JSX.Element {
  return (
    <div class="screen">
      <TopBar where="" />
      <main class="home">
        <a class="card" href="/dashboard">
          <Icon name="phone" size={26} />
          <strong>Dashboard</strong>
          <span class="muted">See and drive every phone of the farm.</span>
        </a>
        <a class="card" href="/worker">
          <Icon name="desk" size={26} />
          <strong>Worker</strong>
          <span class="muted">Make this PC's phones part of the farm.</span>
        </a>
        <a class="card" href="/demo">
          <Icon name="bolt" size={26} />
          <strong>Demo</strong>
          <span class="muted">Both at once, with virtual phones.</span>
        </a>
      </main>
    </div>
  );
}
