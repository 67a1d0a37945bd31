import type { StreamStatus } from "../../../protocol/stream.ts";

/** How the picture of one device stands. */
export type PictureStatus = Omit<StreamStatus, "device_id">;

/** Tells how the picture stands: when somebody begins to watch, and whenever it changes while somebody does. */
export interface StatusTeller {
  /** A part that is undefined is not known any more. */
  set(part: { [Name in keyof PictureStatus]?: PictureStatus[Name] | undefined }): void;
  /** Somebody watches from now on, or somebody new does; nobody any more when false. */
  setWatched(isWatched: boolean): void;
}

export function makeStatusTeller(tell: (status: PictureStatus) => void): StatusTeller {
  let status: PictureStatus = { source: "none", display: "unknown" };
  let isWatched = false;
  let told = "";

  function tellNews(): void {
    const text = JSON.stringify(status);
    if (!isWatched || text === told) return;
    told = text;
    tell(status);
  }

  return {
    set: (part) => {
      const { source, display, ...rest }: Record<string, unknown> = { ...status, ...part };
      const known = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
      // Its parts have their own types; only the absent ones were taken out.
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion
      status = { source: source ?? "none", display: display ?? "unknown", ...known } as PictureStatus;
      tellNews();
    },
    setWatched: (next) => {
      isWatched = next;
      told = "";
      tellNews();
    },
  };
}
