import type { Fault } from "./fault.ts";
import type { Phone } from "./phone.ts";
import type { Rack } from "./rack.ts";

/** Gives a phone a fault, and does what shows it at once. Answers what is in the way, if anything. */
export function breakPhone(rack: Rack, phone: Phone, fault: Fault): string | undefined {
  const { model, faults } = phone;
  switch (fault.name) {
    case "reboot":
      phone.android.reboot();
      return undefined;
    case "refused":
    case "pending":
    case "forgotten":
      faults.add(fault);
      phone.revokeKeys();
      // Whose key is revoked is thrown out: adbd starts its USB function anew, which looks like a replug.
      replug(rack, model.serial);
      return undefined;
    case "held":
      // The other program is the first at the fresh cable: what is claimed already cannot be taken away.
      faults.add(fault);
      replug(rack, model.serial);
      return undefined;
    case "duplicate-serial": {
      const others = rack.phones().map((each) => each.phone.model.serial);
      const serial = fault.serial ?? others.find((other) => other !== model.serial);
      if (serial === undefined) return "there is no other phone";
      faults.add({ name: "duplicate-serial", serial });
      replug(rack, model.serial);
      return undefined;
    }
    default:
      faults.add(fault);
      return undefined;
  }
}

/** Makes a phone well again. A serial number changes on the cable only when it is put in anew. */
export function mendPhone(rack: Rack, { model, faults }: Phone): void {
  const hasOtherSerial = faults.find("duplicate-serial") !== undefined;
  faults.clear();
  if (hasOtherSerial) replug(rack, model.serial);
}

/** Only where a cable is in: a fault plugs nothing in. */
function replug(rack: Rack, serial: string): void {
  const isPlugged = rack.phones().some(({ phone, isPlugged }) => phone.model.serial === serial && isPlugged);
  if (!isPlugged) return;
  rack.unplug(serial);
  rack.plug(serial);
}
