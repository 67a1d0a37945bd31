import { fail, type Fault, type Result } from "../protocol/fault.ts";
import { readMediaHeader } from "../protocol/media-packet.ts";
import { authorOf } from "./audit/audit.ts";
import type { DoorNeeds } from "./door.ts";
import { makeSparing } from "./limits/sparing.ts";
import { describeBug } from "./log.ts";
import type { Wire } from "./wire.ts";

const event = "stream:packet";

/**
 * Lets media packets in where they are messages of their own, as `guardDoor` does events. They are too many to be events:
 * `handle` parses the header alone, has limits of its own, and is not waited for. Nobody asks for an answer, so a refusal
 * is told by `error`, once a second for each device and reason.
 */
export function guardPackets(
  wire: Wire,
  handle: (packet: Uint8Array) => Result<object>,
  { log, clock, refusals }: Pick<DoorNeeds, "log" | "clock" | "refusals">,
): void {
  const sparing = makeSparing(clock);

  function attend(packet: Uint8Array): Result<object> {
    try {
      return handle(packet);
    } catch (bug) {
      log(`bug: ${event} from ${wire.identity.actor} at ${wire.address}: ${describeBug(bug)}`);
      return fail("INTERNAL", "the relay failed; its log has the cause");
    }
  }

  function refuse(packet: Uint8Array, fault: Fault): void {
    const header = readMediaHeader(packet);
    const device = header.ok ? { device_id: header.value.deviceId } : {};
    refusals.record(authorOf(wire), {
      event,
      code: fault.code,
      ...(header.ok ? { deviceId: header.value.deviceId } : {}),
    });
    const refused = sparing.mayTell(`${fault.code} ${device.device_id}`);
    if (refused === undefined) return;
    const given = typeof fault.details === "object" ? fault.details : {};
    wire.emit("error", { ...fault, details: { event, ...given, ...device, refused } });
  }

  wire.packets?.onPacket((packet) => {
    const result = attend(packet);
    if (!result.ok) refuse(packet, result.fault);
  });
}
