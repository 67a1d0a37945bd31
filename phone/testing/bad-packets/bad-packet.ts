import { encodeHeader, type Packet } from "../../adb/packet.ts";
import { concatenate } from "../../../protocol/concatenate.ts";

/** What a phone does about a bad packet. */
export type Outcome =
  /**
   * The connection goes on: what came back, packet by packet, as `Transcript` writes it down. Nothing at all is a
   * packet that was ignored.
   */
  | readonly string[]
  /** The phone ends the connection. */
  | "dropped"
  /** The phone waits for the rest: it says nothing on this connection, and goes on serving others. */
  | "waits";

/** One kind of nonsense that a computer may say, and what adbd does about it. */
export interface BadPacket {
  /** What is wrong with it. */
  kind: string;
  /** False: the computer has not said CNXN yet. */
  greets?: false;
  /** The features that CNXN offers. */
  features?: "delayed_ack";
  /** The longest payload that CNXN says the computer takes; 1 MiB without. */
  most?: number;
  /** A stream that is opened before, with 7 as the computer's id. */
  opens?: string;
  /** What the computer sends, in transfers (which only USB can tell apart). `phoneId` is the phone's for stream 7. */
  says(phoneId: number): readonly Uint8Array[];
  outcome: Outcome;
  /** Where USB differs, with the reason in AOSP's source beside it. */
  outcomeOnUsb?: Outcome;
}

/** The computer's id of the stream that `BadPacket.opens` opens. */
export const computerId = 7;
/** An id that nobody has. */
export const nobody = 9999;

export const ascii = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));
export const uint32 = (...values: number[]) => new Uint8Array(Uint32Array.from(values).buffer);

/** A packet's header and, when there is one, its payload: two transfers. `wrong` overwrites fields of the header. */
export function packet(
  command: number,
  [arg0, arg1]: readonly [number, number],
  payload: Uint8Array | string = "",
  wrong: { length?: number; magic?: number; checksum?: number } = {},
): Uint8Array[] {
  const body = typeof payload === "string" ? ascii(payload) : payload;
  const whole: Packet = { command, arg0, arg1, payload: body };
  const header = encodeHeader(whole, { withChecksum: false });
  const view = new DataView(header.buffer);
  if (wrong.length !== undefined) view.setUint32(12, wrong.length, true);
  if (wrong.checksum !== undefined) view.setUint32(16, wrong.checksum, true);
  if (wrong.magic !== undefined) view.setUint32(20, wrong.magic, true);
  return body.byteLength === 0 ? [header] : [header, body];
}

/** The same bytes, cut elsewhere. */
export function cut(transfers: readonly Uint8Array[], length: number): Uint8Array[] {
  const whole = concatenate([...transfers]);
  const count = Math.ceil(whole.byteLength / length);
  return Array.from({ length: count }, (_, index) => whole.slice(index * length, (index + 1) * length));
}
