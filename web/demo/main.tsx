import type { JSX } from "solid-js";
import { render } from "solid-js/web";
import { demoModels, makeModels } from "../../phone/models.ts";
import { makeDashboardLink } from "../page/link/dashboard-link.ts";
import { makeWorkerLink } from "../page/link/worker-link.ts";
import "../page/look/tokens.css";
import "../page/look/base.css";
import "../page/look/page.css";
import { byPlace } from "../page/wall/device-filter.ts";
import type { AddPhone } from "../page/worker/add-phone.ts";
import { DemoScreen } from "./demo-screen.tsx";
import { DemoTokenScreen } from "./demo-token-screen.tsx";
import { takeTokens, type DemoTokens } from "./demo-tokens.ts";
import { makeDeskLink } from "./desk-link.ts";
import type { CableMessage } from "./engine.ts";

const root = document.querySelector("#root");
if (root === null) throw new Error("demo.html has no #root");

/** There is no USB picker to open: virtual phones count as granted. */
const pointAtDesk: AddPhone = () =>
  Promise.resolve({ ok: false, words: "The demo's phones lie on the desk: plug one in there." });

const pcId = "demo";
/** `?phones=20` is a larger farm, up to what one PC carries. */
const asked = Number(new URLSearchParams(location.search).get("phones") ?? demoModels.length);
const count = Number.isInteger(asked) && asked >= 1 && asked <= 64 ? asked : demoModels.length;
/** The desk is laid out as the wall is. */
const models = makeModels(count).toSorted((a, b) =>
  byPlace({ pc_id: pcId, serial_number: a.serial }, { pc_id: pcId, serial_number: b.serial }),
);

function startDemo(tokens: DemoTokens): () => JSX.Element {
  const phones = new Worker(new URL("../../phone/thread.ts", import.meta.url), {
    type: "module",
    name: "phones",
  });
  const engine = new Worker(new URL("./engine.ts", import.meta.url), { type: "module", name: "engine" });
  const cable = new MessageChannel();
  const cableMessage: CableMessage = { usb: cable.port1 };
  engine.postMessage(cableMessage, [cable.port1]);

  const desk = makeDeskLink(phones, models, cable.port2);
  const worker = makeWorkerLink(engine, { relayUrl: location.origin, token: tokens.worker });
  const dashboard = makeDashboardLink({ url: location.origin, token: tokens.dashboard });

  return () => (
    <DemoScreen desk={desk} worker={worker} dashboard={dashboard} pcId={pcId} addPhone={pointAtDesk} />
  );
}

const tokens = takeTokens({ location, history, storage: localStorage });
render(tokens === undefined ? () => <DemoTokenScreen /> : startDemo(tokens), root);
