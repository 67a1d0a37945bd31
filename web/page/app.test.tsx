// @vitest-environment happy-dom
import { createSignal } from "solid-js";
import { render } from "solid-js/web";
import { afterEach, expect, test, vi } from "vitest";
import { App, type AppParts } from "./app.tsx";
import { joinDashboardLink } from "./link/dashboard-link.ts";
import { fakeRelay, makeFakeViewer } from "./link/fake-viewer.ts";
import { makeFakeWire } from "./link/fake-wire.ts";
import type { Session } from "./session/session.ts";

let dispose: (() => void) | undefined;
afterEach(() => {
  dispose?.();
  document.body.innerHTML = "";
});

const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
};

async function open(openSession: AppParts["openSession"], more: Partial<AppParts> = {}): Promise<void> {
  const never = (): never => {
    throw new Error("nobody is in");
  };
  const parts: AppParts = {
    role: "dashboard",
    token: undefined,
    keepToken() {},
    dropToken() {},
    openSession,
    makeDashboardLink: never,
    makeWorkerLink: never,
    pcId: "pc-1",
    keepPcId() {},
    isKiosk: false,
    mayReboot: false,
    addPhone: never,
    ...more,
  };
  const root = document.body.appendChild(document.createElement("div"));
  dispose = render(() => <App parts={parts} />, root);
  await settle();
}

const headings = () => [...document.querySelectorAll("h2")].map(({ textContent }) => textContent);

test("a farm without a Supabase project offers its links alone", async () => {
  await open(() => Promise.resolve(undefined));
  expect(headings()).toEqual(["Open this page by its link from the terminal"]);
});

test("[U5] a farm with one offers to sign in first", async () => {
  const [token] = createSignal<string>();
  const session = { token, readWays: () => Promise.resolve({ email: true, providers: ["github"] }) };
  // What is not signed in uses no more of it.
  await open(() => Promise.resolve(session as unknown as Session));
  expect(headings()).toEqual(["Sign in", "Or open this page by its link from the terminal"]);
  expect(document.body.textContent).toContain("Continue with GitHub");
});

test("a refused token, and a relay that does not say whether there is a project, are told; it is asked once", async () => {
  const openSession = vi.fn(() => Promise.reject(new Error("offline")));
  const wire = makeFakeWire();
  const makeDashboardLink = () => joinDashboardLink(() => wire, makeFakeViewer(), fakeRelay);
  await open(openSession, { token: "old", makeDashboardLink });
  expect(openSession).not.toHaveBeenCalled();
  wire.refuse({ code: "AUTH_FAILED", message: "the token is wrong" });
  await settle();
  expect(document.querySelector("[role=alert]")?.textContent).toContain("offline");
  expect(openSession).toHaveBeenCalledOnce();
});
