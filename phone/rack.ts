import type { PhoneModel } from "./model.ts";
import type { Phone } from "./phone.ts";

/** One cable of a phone that is in. */
export interface Cable {
  /** Pulls it. Idempotent. */
  unplug(): void;
  /** Aborted when it is out; absent where none falls out by itself. */
  readonly unplugged?: AbortSignal;
}

/** What a rack needs of the machine it stands on. */
export interface RackParts {
  /** Switches a phone on; `onReboot` is the phone's wish to leave its plugs and come back. */
  switchOn(model: PhoneModel, onReboot: () => void): Phone;
  /** Puts every cable of a phone in. */
  plugIn(phone: Phone): readonly Cable[];
  /** A phone was added, plugged in or unplugged. */
  onChange(): void;
}

/** Phones that are switched on, and their cables. */
export interface Rack {
  /** Switches the phone on and plugs it in. */
  add(model: PhoneModel): Phone;
  phones(): RackedPhone[];
  phoneOf(serial: string): Phone | undefined;
  plug(serial: string): void;
  unplug(serial: string): void;
  /** Pulls every cable and switches every phone off. */
  close(): void;
}

export interface RackedPhone {
  phone: Phone;
  isPlugged: boolean;
}

interface Place {
  phone: Phone;
  /** Undefined: unplugged. */
  cables: readonly Cable[] | undefined;
}

/** How long a phone stays away to start anew. */
const rebootMs = 4000;

export function makeRack(parts: RackParts): Rack {
  const places = new Map<string, Place>();
  const reboots = new Set<ReturnType<typeof setTimeout>>();

  function plug(serial: string): void {
    const place = places.get(serial);
    if (place === undefined || place.cables) return;
    place.phone.faults.heal("replug");
    place.cables = parts.plugIn(place.phone);
    for (const { unplugged } of place.cables) unplugged?.addEventListener("abort", () => unplug(serial));
    parts.onChange();
  }

  function unplug(serial: string): void {
    const place = places.get(serial);
    if (!place?.cables) return;
    const { cables } = place;
    place.cables = undefined;
    for (const cable of cables) cable.unplug();
    parts.onChange();
  }

  function reboot(serial: string): void {
    unplug(serial);
    const timer = setTimeout(() => {
      reboots.delete(timer);
      places.get(serial)?.phone.faults.heal("reboot");
      plug(serial);
    }, rebootMs);
    reboots.add(timer);
  }

  return {
    add(model) {
      const phone = parts.switchOn(model, () => reboot(model.serial));
      places.set(model.serial, { phone, cables: undefined });
      plug(model.serial);
      return phone;
    },
    phones: () =>
      [...places.values()].map(({ phone, cables }) => ({ phone, isPlugged: cables !== undefined })),
    phoneOf: (serial) => places.get(serial)?.phone,
    plug,
    unplug,
    close() {
      for (const timer of reboots) clearTimeout(timer);
      for (const serial of places.keys()) unplug(serial);
      for (const { phone } of places.values()) phone.close();
      places.clear();
    },
  };
}
