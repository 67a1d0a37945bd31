import type { App, AppHost, InstalledApp } from "./app.ts";
import { hiddenApps, homeApp, launchableApps } from "./installed-apps.ts";

const allApps = [homeApp, ...launchableApps, ...hiddenApps];

/** Which apps run and which one is in front. An app keeps its state until it is stopped by force. */
export interface AppStack {
  readonly front: { readonly installed: InstalledApp; readonly app: App };
  /** Running apps without the launcher, newest first. */
  readonly recent: readonly InstalledApp[];
  readonly packages: readonly string[];
  find(packageName: string): InstalledApp | undefined;
  launch(packageName: string): boolean;
  goHome(): void;
  forceStop(packageName: string): void;
  stopAll(): void;
}

export function makeAppStack(host: AppHost): AppStack {
  const running = new Map<InstalledApp, App>();
  /** Newest last; without the launcher. */
  let order: InstalledApp[] = [];
  let front = homeApp;

  function start(installed: InstalledApp): App {
    const app = running.get(installed) ?? installed.open(host);
    running.set(installed, app);
    return app;
  }
  const find = (packageName: string) => allApps.find((one) => one.packageName === packageName);

  return {
    get front() {
      return { installed: front, app: start(front) };
    },
    get recent() {
      return order.toReversed();
    },
    packages: allApps.map(({ packageName }) => packageName).toSorted(),
    find,
    launch(packageName) {
      const installed = find(packageName);
      if (installed === undefined) return false;
      front = installed;
      if (installed !== homeApp) order = [...order.filter((one) => one !== installed), installed];
      return true;
    },
    goHome() {
      front = homeApp;
    },
    forceStop(packageName) {
      const installed = find(packageName);
      if (installed === undefined) return;
      running.delete(installed);
      order = order.filter((one) => one !== installed);
      if (front === installed) front = homeApp;
    },
    stopAll() {
      for (const installed of order) running.delete(installed);
      order = [];
      front = homeApp;
    },
  };
}
