import { expect, test } from "vitest";
import { mediaPayload, readMediaHeader } from "../../../protocol/media-packet.ts";
import { mediaPacketOf } from "./media-piece.ts";

test("[M23] a packet has the relay's times, and none where nobody knows them", () => {
  const deviceId = "3f0c0e6e-5b0d-5c54-8f0e-0a2a3d6a1b11";
  const packet = mediaPacketOf(
    {
      kind: "key",
      layer: "low",
      sequence: 7,
      size: { width: 216, height: 480 },
      screen: { width: 1080, height: 2400 },
      deviceUs: 12_345,
      capturedMs: 0,
      takenMs: 2000,
      parts: [Uint8Array.of(1, 2), Uint8Array.of(3)],
    },
    deviceId,
    2001.5,
    500,
  );
  const header = readMediaHeader(packet);
  expect(header.ok && header.value).toMatchObject({
    kind: "key",
    sequence: 7,
    deviceId,
    width: 216,
    screenHeight: 2400,
    deviceUs: 12_345,
    capturedMs: 0,
    takenMs: 2500,
    sentMs: 2501.5,
    relayedInMs: 0,
  });
  expect(mediaPayload(packet)).toEqual(Uint8Array.of(1, 2, 3));
});
