import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { DeviceStatusUpdate } from "../../protocol/device.ts";
import type { StoredCommand } from "../store/command-rows.ts";
import type { Store } from "../store/store.ts";
import { deviceA, deviceB, strangeDevice } from "./test-farm.ts";

/** What every store promises. */
export function describeStore(name: string, make: () => { store: Store; remove: () => void }): void {
  describe(`the store contract, kept by ${name}`, () => {
    let store: Store;
    let remove: () => void;
    beforeEach(() => {
      ({ store, remove } = make());
    });
    afterEach(() => {
      store.close();
      remove();
    });

    const device: DeviceStatusUpdate = {
      device_id: deviceA,
      serial_number: "A",
      pc_id: "desk-1",
      status: "idle",
      health_status: "healthy",
      last_seen_at: "2026-11-23T04:20:00.000Z",
      version: 1_795_000_000_000,
      screen: { width: 1080, height: 2400 },
    };
    const command: StoredCommand = {
      commandId: strangeDevice,
      deviceId: deviceA,
      pcId: "desk-1",
      actor: "dashboard",
      address: "::1",
      senderId: "wire-1",
      commandType: "tap",
      params: { x: 1, y: 2 },
      status: "accepted",
      acceptedAtMs: 1_795_000_000_000,
      deadlineAtMs: 1_795_000_060_000,
    };

    test("a device is listed as it was saved last", () => {
      store.saveDevice(device);
      store.saveDevice({ ...device, device_id: deviceB, serial_number: "B" });
      const moved: DeviceStatusUpdate = { ...device, pc_id: "desk-0", version: device.version + 1 };
      store.saveDevice(moved);
      expect(store.listDevices()).toEqual([moved, { ...device, device_id: deviceB, serial_number: "B" }]);
      store.forgetDevice(deviceB);
      expect(store.listDevices()).toEqual([moved]);
    });

    test("a command is found by its id with all its targets, and a new id finds nothing", () => {
      store.addCommand(command);
      store.addCommand({ ...command, deviceId: deviceB });
      expect(store.findCommand(command.commandId)).toHaveLength(2);
      expect(store.findCommand(command.commandId)).toContainEqual(command);
      expect(store.findCommand(deviceA)).toEqual([]);
      expect(store.findCommandOf(command.commandId, command.deviceId)).toEqual(command);
      expect(store.findCommandOf(deviceA, deviceA)).toBeUndefined();
      expect(store.actorOfCommand(command.commandId)).toBe(command.actor);
      expect(store.actorOfCommand(deviceA)).toBeUndefined();
    });

    test("the same target twice is a bug, and loses nothing that was written before", () => {
      store.addCommand(command);
      expect(() => store.addCommand(command)).toThrow(/UNIQUE/);
      expect(store.findCommand(command.commandId)).toEqual([command]);
    });

    test("a command's progress and listener are kept, and its parameters until it has ended", () => {
      store.addCommand(command);
      store.updateCommand(command.commandId, deviceA, { status: "sent" });
      expect(store.findCommand(command.commandId)).toEqual([{ ...command, status: "sent" }]);
      store.updateCommand(command.commandId, deviceA, { status: "executing", deadlineAtMs: 9 });
      store.setCommandSender(command.commandId, deviceA, "wire-2");
      expect(store.findCommand(command.commandId)).toEqual([
        { ...command, status: "executing", deadlineAtMs: 9, senderId: "wire-2" },
      ]);
      const end = { status: "completed", endedAtMs: 5, result: { exit_code: 0 } } as const;
      store.updateCommand(command.commandId, deviceA, end);
      const { params: _, ...rest } = command;
      expect(store.findCommand(command.commandId)).toEqual([
        { ...rest, senderId: "wire-2", deadlineAtMs: 9, ...end },
      ]);
    });

    test("unfinished commands are listed in the order of acceptance", () => {
      store.addCommand({ ...command, acceptedAtMs: 3 });
      store.addCommand({ ...command, deviceId: deviceB, status: "completed", endedAtMs: 7 });
      store.addCommand({ ...command, commandId: deviceB, acceptedAtMs: 1 });
      store.addCommand({ ...command, commandId: deviceA, acceptedAtMs: 2 });
      expect(store.listUnfinishedCommands().map(({ commandId }) => commandId)).toEqual([
        deviceB,
        deviceA,
        command.commandId,
      ]);
    });

    test("ended commands are forgotten after their time, so many at once, and others never", () => {
      for (const endedAtMs of [1, 2, 3]) {
        store.addCommand({ ...command, deviceId: `ended at ${endedAtMs}`, endedAtMs });
      }
      store.addCommand(command);
      expect(store.forgetCommandsEndedBefore(3, 1)).toBe(1);
      expect(store.forgetCommandsEndedBefore(3, 10)).toBe(1);
      expect(store.forgetCommandsEndedBefore(3, 10)).toBe(0);
      const left = store.findCommand(command.commandId).map(({ deviceId }) => deviceId);
      expect(left.toSorted()).toEqual(["ended at 3", deviceA]);
    });

    test("groups are listed by name as they were saved last", () => {
      store.saveGroup({ name: "shelf 2", device_ids: [deviceA] });
      store.saveGroup({ name: "shelf 1", device_ids: [] });
      store.saveGroup({ name: "shelf 2", device_ids: [deviceB, deviceA] });
      expect(store.listGroups()).toEqual([
        { name: "shelf 1", device_ids: [] },
        { name: "shelf 2", device_ids: [deviceB, deviceA] },
      ]);
      store.forgetGroup("shelf 2");
      expect(store.listGroups()).toEqual([{ name: "shelf 1", device_ids: [] }]);
    });

    test("the trail is listed newest first, as far as asked", async () => {
      const row = { atMs: 3, actor: "worker desk-1", address: "::1", event: "connect", outcome: "ok" };
      for (const eventId of ["1", "2", "3"]) store.addAuditEvent({ ...row, eventId });
      store.addAuditEvent({ ...row, eventId: "4", deviceId: deviceA, details: { frames: 2 } });
      await store.commit();
      expect(store.listAuditEvents(2)).toEqual([
        { ...row, eventId: "4", deviceId: deviceA, details: { frames: 2 } },
        { ...row, eventId: "3" },
      ]);
    });
  });
}
