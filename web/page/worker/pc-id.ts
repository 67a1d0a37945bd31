import * as v from "valibot";
import { pcId } from "../../../protocol/fields.ts";

const key = "tabfarm.pc-id";

type Storage = Pick<globalThis.Storage, "getItem" | "setItem">;

/** Readable, and different enough on the PCs of one farm, e.g. `pc-7f3a`. */
export function randomPcId(random: () => number = Math.random): string {
  const digits = Math.floor(random() * 0x1_0000).toString(16);
  return `pc-${digits.padStart(4, "0")}`;
}

/** This PC's name: the address' `?pc_id=`, the one kept from before, or a new one; kept. */
export function takePcId(search: string, storage: Storage, random?: () => number): string {
  const candidates = [new URLSearchParams(search).get("pc_id"), storage.getItem(key)];
  const known = candidates.find((candidate) => candidate !== null && isPcId(candidate));
  const id = known ?? randomPcId(random);
  keepPcId(id, storage);
  return id;
}

export function keepPcId(id: string, storage: Storage): void {
  storage.setItem(key, id);
}

export function isPcId(text: string): boolean {
  return v.is(pcId, text);
}
