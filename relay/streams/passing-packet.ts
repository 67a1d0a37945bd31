import type { MediaHeader } from "../../protocol/media-packet.ts";
import type { SharedPacket } from "../media/shared-packet.ts";

/** A media packet on its way through the relay. */
export interface PassingPacket {
  readonly header: MediaHeader;
  readonly packet: SharedPacket;
}
