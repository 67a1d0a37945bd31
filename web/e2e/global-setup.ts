import type { TestProject } from "vitest/node";
import "../build/build-if-stale.ts";
import { findBrowser } from "./find-browser.ts";

declare module "vitest" {
  interface ProvidedContext {
    browserPath: string;
  }
}

/** Once before the end-to-end tests: the web app is built, and there is a browser. */
export function setup(project: TestProject): void {
  project.provide("browserPath", findBrowser());
}
