import type * as v from "valibot";
import { readControlMessages, type ControlMessage } from "../../protocol/control-message.ts";
import type {
  ControlClipboard,
  controlInput,
  ControlInputReply,
  controlOpen,
  ControlOpened,
} from "../../protocol/control.ts";
import { fail, succeed, type Fault, type Result } from "../../protocol/fault.ts";
import { authorOf, type Audit } from "../audit/audit.ts";
import type { WorkerIdentity } from "../auth/identity.ts";
import type { Clock } from "../clock.ts";
import type { RateLimits } from "../limits/rate-limits.ts";
import { unknownDevice, type Device, type DeviceRegistry } from "../presence/device-registry.ts";
import type { Presence } from "../presence/presence.ts";
import { workerRoom } from "../rooms.ts";
import type { DashboardWire, Wire, Wires } from "../wire.ts";
import { makeControlSession, type ControlSession } from "./control-session.ts";

/** Brings what dashboards drag, scroll and type to the workers, within sessions that are opened and end. */
export interface Control {
  open(wire: DashboardWire, request: v.InferOutput<typeof controlOpen>): Result<ControlOpened>;
  input(wire: DashboardWire, input: ControlInput): Result<ControlInputReply>;
  /** What somebody copied on the phone goes to those who control it, and is written nowhere. */
  clipboard(pcId: string, clipboard: ControlClipboard): Result<object>;
  close(wire: DashboardWire, deviceId: string): Result<object>;
  /** Whether this person has a private session on the device, or on any when none is named. */
  isPrivate(actor: string, deviceId: string | undefined): boolean;
  wireLeft(wire: Wire): void;
  deviceGone(deviceId: string): void;
  /** A worker's wire is new: tells it which of its devices are controlled. */
  workerConnected(identity: Pick<WorkerIdentity, "pcId" | "takesControl">): void;
  /** From now on this person holds the device: the sessions of all others end. */
  deviceHeld(deviceId: string, holder: string): void;
  stop(): void;
}

type ControlInput = v.InferOutput<typeof controlInput>;

export interface ControlNeeds {
  wires: Wires;
  audit: Audit;
  clock: Clock;
  registry: DeviceRegistry;
  presence: Presence;
  /** By device, counted in messages. */
  limit: RateLimits;
  /** Why this person must not drive the device now; asked for each input, which counts as use of it. */
  refusal(wire: Wire, deviceId: string): Fault | undefined;
}

type Ending = "closed" | "left" | "device gone" | "refused" | "relay stopped";

export function makeControl(needs: ControlNeeds): Control {
  const { wires, audit, clock, registry, presence, limit } = needs;
  /** By device, then by wire. */
  const sessions = new Map<string, Map<string, ControlSession>>();
  /** The PCs whose worker, the last that was there, serves live control. */
  const takers = new Set<string>();

  function sessionsOf(deviceId: string): ControlSession[] {
    return [...(sessions.get(deviceId)?.values() ?? [])];
  }

  function tellWorker(event: "control:open" | "control:close", device: Device | undefined): void {
    if (device?.kind !== "present") return;
    const { device_id, serial_number, pc_id: pcId } = device.picture;
    wires.emit("/worker", workerRoom(pcId), event, { device_id, serial_number });
  }

  function reach(deviceId: string): Result<Device> {
    const device = registry.find(deviceId);
    if (device === undefined) return unknownDevice(deviceId);
    if (presence.isReachable(device)) return succeed(device);
    return fail("WORKER_OFFLINE", `device ${device.picture.serial_number} is offline`);
  }

  function end(session: ControlSession, outcome: Ending): void {
    const { deviceId, wire } = session;
    const ofDevice = sessions.get(deviceId);
    if (ofDevice?.delete(wire.id) !== true) return;
    const details = session.summary(clock.now());
    audit.record(authorOf(wire), { event: "control", deviceId, outcome, details });
    if (ofDevice.size > 0) return;
    sessions.delete(deviceId);
    tellWorker("control:close", registry.find(deviceId));
  }

  /** Ends a session that its dashboard believes open. */
  function revoke(session: ControlSession, outcome: Ending, { code, message }: Fault): void {
    end(session, outcome);
    const details = { event: "control:open", device_id: session.deviceId };
    session.wire.emit("error", { code, message, details });
  }

  function endAll(outcome: Ending, isEnding: (session: ControlSession) => boolean): void {
    for (const deviceId of sessions.keys()) {
      for (const session of sessionsOf(deviceId)) if (isEnding(session)) end(session, outcome);
    }
  }

  /** Brings messages to one device. A session that may not go on is ended. */
  function bring(
    wire: DashboardWire,
    deviceId: string,
    messages: ControlInput["messages"],
    read: ControlMessage[],
  ): Result<object> {
    const session = sessions.get(deviceId)?.get(wire.id);
    if (session === undefined) return fail("FORBIDDEN", "control:open comes before control:input");
    const device = reach(deviceId);
    if (!device.ok) return device;
    const refused = needs.refusal(wire, deviceId);
    if (refused !== undefined) {
      end(session, "refused");
      return { ok: false, fault: refused };
    }
    const tooMany = limit.refusal(deviceId, read.length);
    if (tooMany !== undefined) return { ok: false, fault: tooMany };
    session.count(read);
    const { serial_number, pc_id: pcId } = device.value.picture;
    const delivered = { device_id: deviceId, serial_number, messages };
    wires.emit("/worker", workerRoom(pcId), "control:input", delivered);
    return succeed({});
  }

  return {
    open(wire, { device_id: deviceId, is_private: isPrivate }) {
      const device = reach(deviceId);
      if (!device.ok) return device;
      const refused = needs.refusal(wire, deviceId);
      if (refused !== undefined) return { ok: false, fault: refused };
      const ofDevice = sessions.get(deviceId) ?? new Map<string, ControlSession>();
      const known = ofDevice.get(wire.id);
      const opened = succeed({ takes_control: takers.has(device.value.picture.pc_id) });
      if (known?.isPrivate === isPrivate) return opened;
      const details = { is_private: isPrivate };
      audit.record(authorOf(wire), { event: "control:open", deviceId, outcome: "ok", details });
      if (known !== undefined) known.isPrivate = isPrivate;
      else {
        sessions.set(deviceId, ofDevice);
        ofDevice.set(wire.id, makeControlSession(wire, deviceId, isPrivate, clock.now()));
        if (ofDevice.size === 1) tellWorker("control:open", device.value);
      }
      return opened;
    },
    input(wire, { device_id: deviceId, messages, also = [] }) {
      const read = readControlMessages(messages);
      if (!read.ok) return read;
      const first = bring(wire, deviceId, messages, read.value);
      if (also.length === 0) return first;
      const failed: ControlInputReply["failed"] = first.ok
        ? []
        : [{ device_id: deviceId, fault: first.fault }];
      const others = new Set(also.filter((id) => id !== deviceId));
      for (const id of others) {
        const brought = bring(wire, id, messages, read.value);
        if (!brought.ok) failed.push({ device_id: id, fault: brought.fault });
      }
      return succeed(failed.length === 0 ? {} : { failed });
    },
    clipboard(pcId, clipboard) {
      const { device_id: deviceId } = clipboard;
      if (!presence.holds(pcId, deviceId)) {
        return fail("FORBIDDEN", `device ${deviceId} is not one of ${pcId}'s`);
      }
      for (const session of sessionsOf(deviceId)) {
        session.clipboards += 1;
        session.wire.emit("control:clipboard", clipboard);
      }
      return succeed({});
    },
    close(wire, deviceId) {
      const session = sessions.get(deviceId)?.get(wire.id);
      // Also of a device that was forgotten meanwhile, and of a session that ended by itself.
      if (session !== undefined) end(session, "closed");
      return succeed({});
    },
    isPrivate(actor, deviceId) {
      const asked = deviceId === undefined ? [...sessions.keys()].flatMap(sessionsOf) : sessionsOf(deviceId);
      return asked.some(({ isPrivate, wire }) => isPrivate && wire.identity.actor === actor);
    },
    wireLeft: (wire) => endAll("left", (session) => session.wire === wire),
    deviceGone(deviceId) {
      const { fault } = fail("WORKER_OFFLINE", "the device is gone, and live control of it has ended");
      for (const session of sessionsOf(deviceId)) revoke(session, "device gone", fault);
    },
    workerConnected({ pcId, takesControl }) {
      if (takesControl) takers.add(pcId);
      else takers.delete(pcId);
      for (const device of presence.devicesOf(pcId)) {
        if (sessions.has(device.picture.device_id)) tellWorker("control:open", device);
      }
    },
    deviceHeld(deviceId, holder) {
      const { fault } = fail("FORBIDDEN", `${holder} holds the device now, and live control of it has ended`);
      for (const session of sessionsOf(deviceId)) {
        if (session.wire.identity.actor !== holder) revoke(session, "refused", fault);
      }
    },
    stop: () => endAll("relay stopped", () => true),
  };
}
