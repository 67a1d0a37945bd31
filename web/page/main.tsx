import { render } from "solid-js/web";
import { App } from "./app.tsx";
import { makeDashboardLink } from "./link/dashboard-link.ts";
import { makeWorkerLink } from "./link/worker-link.ts";
import "./look/tokens.css";
import "./look/base.css";
import "./look/page.css";
import { openSession } from "./session/session.ts";
import { dropToken, keepToken, takeToken, type Role } from "./token/token.ts";
import { makeUsbPicker } from "./worker/add-phone.ts";
import { keepPcId, takePcId } from "./worker/pc-id.ts";

const role: Role = location.pathname.startsWith("/worker") ? "worker" : "dashboard";
const place = { location, history, storage: localStorage };

function startEngine(): Worker {
  return new Worker(new URL("../engine/main.ts", import.meta.url), { type: "module", name: "engine" });
}

// A printed link that is pasted into this tab changes nothing but the fragment.
addEventListener("hashchange", () => {
  if (new URLSearchParams(location.hash.slice(1)).has("token")) location.reload();
});

const root = document.querySelector("#root");
if (root === null) throw new Error("index.html has no #root");

document.title = `Tabfarm ${role}`;
const asked = new URLSearchParams(location.search);

render(
  () => (
    <App
      parts={{
        role,
        token: takeToken(role, place),
        keepToken: (role, token) => keepToken(role, token, place),
        dropToken: (role) => dropToken(role, place),
        openSession: () => openSession(location.origin),
        makeDashboardLink: (token) => makeDashboardLink({ url: location.origin, token }),
        makeWorkerLink: (token) => makeWorkerLink(startEngine(), { relayUrl: location.origin, token }),
        pcId: takePcId(location.search, localStorage),
        keepPcId: (pcId) => keepPcId(pcId, localStorage),
        isKiosk: asked.has("kiosk"),
        mayReboot: asked.has("reboot"),
        addPhone: makeUsbPicker(navigator.usb),
      }}
    />
  ),
  root,
);
