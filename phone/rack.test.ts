import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { makeModels } from "./models.ts";
import { makeRack } from "./rack.ts";
import { makeRig, type Rig } from "./testing/rig.ts";

let rig: Rig;
beforeEach(() => {
  vi.useFakeTimers();
  rig = makeRig();
});
afterEach(() => {
  rig.close();
  vi.useRealTimers();
});

function rackOne() {
  const log: string[] = [];
  let reboot = (): void => undefined;
  const rack = makeRack({
    switchOn: (_model, onReboot) => {
      reboot = onReboot;
      return rig.phone;
    },
    plugIn: () => {
      log.push("in");
      return [{ unplug: () => log.push("out") }];
    },
    onChange: () => undefined,
  });
  rack.add(rig.phone.model);
  return { rack, log, reboot: () => reboot(), serial: rig.phone.model.serial };
}

test("a phone is plugged in when it is switched on, and each cable moves once however often one asks", () => {
  const { rack, log, serial } = rackOne();
  rack.plug(serial);
  rack.unplug(serial);
  rack.unplug(serial);
  expect(log).toEqual(["in", "out"]);
  expect(rack.phones()).toMatchObject([{ isPlugged: false }]);
});

test("a reboot leaves every plug and comes back by itself", async () => {
  const { rack, log, reboot } = rackOne();
  reboot();
  expect(rack.phones()).toMatchObject([{ isPlugged: false }]);
  await vi.runAllTimersAsync();
  expect(log).toEqual(["in", "out", "in"]);
});

test("a phone that is switched off in mid-reboot stays away", async () => {
  const { rack, log, reboot } = rackOne();
  reboot();
  rack.close();
  await vi.runAllTimersAsync();
  expect(log).toEqual(["in", "out"]);
});

test("every phone has a serial number of its own, however many there are", () => {
  const serials = makeModels(64).map(({ serial }) => serial);
  expect(new Set(serials).size).toBe(64);
});
