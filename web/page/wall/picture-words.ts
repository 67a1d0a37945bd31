import type { StreamStatus } from "../../../protocol/stream.ts";
import type { PictureState } from "../../../protocol/viewer.ts";
import { faultWords } from "../toast/fault-words.ts";
import { ageWords } from "./device-words.ts";

/** What is to be said of a picture. */
export interface PictureWords {
  /** For a tile. */
  short: string;
  /** A whole sentence, or two. */
  full: string;
  /** There is a picture, and it is what it looks like. */
  isMild?: boolean;
}

const lackWords: Record<NonNullable<StreamStatus["reduced"]>["lack"], { short: string; full: string }> = {
  usb: { short: "USB is full", full: "the PC's USB carries no more" },
  cpu: { short: "PC is busy", full: "the farm PC has no more time" },
  uplink: { short: "uplink is full", full: "the farm PC's network carries no more" },
  encoder: { short: "encoder is slow", full: "the phone's encoder gives no more" },
};

/** Why there is no picture, or not quite the one that was asked for; nothing when all is well. */
export function pictureWords(state: PictureState | undefined, nowMs: number): PictureWords | undefined {
  if (state === undefined) return undefined;
  const { refusal, stalledSinceMs, status } = state;
  if (refusal !== undefined) return { short: "No picture", full: faultWords(refusal) };
  // Without a problem the first one is on its way.
  if (status?.source === "none" && status.problem !== undefined) {
    return {
      short: "No picture",
      full: `${sentence(status.problem)} Its buttons and commands may work all the same.`,
    };
  }
  if (stalledSinceMs !== undefined) {
    const age = ageWords(nowMs - stalledSinceMs);
    return {
      short: `Stalled for ${age}`,
      full: `Nothing has come from this phone for ${age}, not even that its screen is still. If it stays so, reconnect its cable.`,
    };
  }
  return status === undefined ? undefined : statusWords(status);
}

function statusWords(status: StreamStatus): PictureWords | undefined {
  if (status.display === "off") {
    return { short: "Screen off", full: "This phone's screen is off. The Power key wakes it." };
  }
  if (status.is_secure === true) {
    return {
      short: "Forbidden picture",
      full: "This app forbids pictures (FLAG_SECURE): they are black, on purpose. Leave the app to see the phone again.",
    };
  }
  if (status.source === "screencap") {
    const why = status.problem === undefined ? "" : ` ${sentence(status.problem)}`;
    return {
      short: "Single pictures",
      full: `Encoder failed: single pictures, 1 a second.${why}`,
    };
  }
  if (status.is_locked === true) {
    return { short: "Locked", full: "This phone shows its lock screen.", isMild: true };
  }
  if (status.reduced !== undefined) return reducedWords(status.reduced);
  return undefined;
}

function reducedWords({ fps, short_edge, lack }: NonNullable<StreamStatus["reduced"]>): PictureWords {
  const why = lackWords[lack];
  const what = [
    ...(fps === undefined ? [] : [`slowed to ${Math.round(fps)} fps`]),
    ...(short_edge === undefined ? [] : [`made smaller, ${short_edge}p`]),
  ].join(" and ");
  const words = what === "" ? "reduced" : what;
  return {
    short: `${fps === undefined ? "Smaller" : `${Math.round(fps)} fps`}: ${why.short}`,
    full: `This picture is ${words}: ${why.full}.`,
    isMild: true,
  };
}

function sentence(words: string): string {
  return words.replace(/[.!?]*$/, ".");
}
