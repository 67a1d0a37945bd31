import { afterEach, expect, test, vi } from "vitest";
import { writeControlMessages, type ControlDeed } from "../../protocol/control-writer.ts";
import { closeFarms, deviceId, patient, startFarm } from "./testing/farm.ts";

afterEach(closeFarms);

type Farm = Awaited<ReturnType<typeof startFarm>>;

async function openControl(farm: Farm): Promise<void> {
  await farm.isKnown();
  expect(await farm.dashboard.request("control:open", { device_id: deviceId })).toMatchObject({ ok: true });
  // The relay does not say when the phone's session is up: the first key that arrives does.
  await vi.waitFor(() => {
    input(farm, { kind: "inject_keycode", action: "up", keyCode: 0 });
    expect(farm.rig.display.keys.length).toBeGreaterThan(0);
  }, patient);
}

/** Those that are a person's. */
function keysOf(farm: Farm): { action: string; keyCode: number }[] {
  return farm.rig.display.keys.filter(({ keyCode }) => keyCode !== 0);
}

function input(farm: Farm, ...deeds: ControlDeed[]): void {
  farm.dashboard.send("control:input", { device_id: deviceId, messages: writeControlMessages(deeds) });
}

function finger(action: "down" | "move" | "up", x: number, y: number, pointerId = 5n): ControlDeed {
  return {
    kind: "inject_touch_event",
    action,
    pointerId,
    position: { x, y, width: 1080, height: 2400 },
    pressure: 1,
  };
}

test("[K10] two fingers on a dashboard are two fingers on the phone, at the same places", async () => {
  const farm = await startFarm();
  await openControl(farm);
  input(farm, finger("down", 100, 200), finger("down", 1079, 2399, 6n));
  input(farm, finger("move", 110, 210), finger("up", 1079, 2399, 6n), finger("up", 110, 210));
  await vi.waitFor(() => expect(farm.rig.display.pointers).toHaveLength(5), patient);
  expect(farm.rig.display.pointers).toEqual([
    { action: "down", id: 0, x: 100, y: 200 },
    { action: "down", id: 1, x: 1079, y: 2399 },
    { action: "move", id: 0, x: 110, y: 210 },
    { action: "up", id: 1, x: 1079, y: 2399 },
    { action: "up", id: 0, x: 110, y: 210 },
  ]);
});

test("[K11] a finger and a key that are down come up when their dashboard is gone, or the relay", async () => {
  const farm = await startFarm();
  await openControl(farm);
  const { pointers } = farm.rig.display;
  input(farm, finger("down", 1, 2), { kind: "inject_keycode", action: "down", keyCode: 29 });
  await vi.waitFor(() => expect(keysOf(farm)).toHaveLength(1), patient);
  await farm.dashboard.request("control:close", { device_id: deviceId });
  await vi.waitFor(
    () => expect(keysOf(farm)).toMatchObject([{ action: "down" }, { action: "up", keyCode: 29 }]),
    patient,
  );
  expect(pointers.map(({ action }) => action).slice(0, 2)).toEqual(["down", "cancel"]);

  await openControl(farm);
  pointers.length = 0;
  input(farm, finger("down", 1, 2));
  await vi.waitFor(() => expect(pointers).toHaveLength(1), patient);
  farm.cutWorker();
  await vi.waitFor(() => expect(pointers[1]).toMatchObject({ action: "cancel", x: 1, y: 2 }), patient);
});

test("[K12] text of any language is pasted into the phone, in order with the keys around it", async () => {
  const farm = await startFarm();
  await openControl(farm);
  input(
    farm,
    { kind: "inject_text", text: "a" },
    { kind: "set_clipboard", sequence: 1n, isPasted: true, text: "안녕하세요 🙂" },
    { kind: "inject_text", text: "b" },
  );
  await vi.waitFor(() => expect(farm.rig.display.typed).toEqual(["a", "b"]), patient);
  expect(farm.rig.display.clipboard).toBe("안녕하세요 🙂");
  expect(keysOf(farm)).toMatchObject([{ action: "down", keyCode: 279 }, { action: "up" }]);
});
