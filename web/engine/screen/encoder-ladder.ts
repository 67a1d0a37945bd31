/** Some encoders fail at some sizes: of a picture as large as was wanted, these parts are tried, one after another. */
const defaultSteps = [1, 0.75, 0.5, 0.35] as const;
/** Where the phone's default encoder made none at all, another one is tried at two. */
const otherSteps = [1, 0.5] as const;

/** What makes the pictures. */
export type Rung =
  | VideoRung
  /** Single pictures, by `screencap`: no encoder works. */
  | { kind: "screencap" };

export interface VideoRung {
  kind: "video";
  /** Of the edges that were wanted. */
  sizeStep: number;
  /** The encoder's name; undefined for the phone's default. */
  encoder: string | undefined;
}

/** Where a ladder begins. */
export const firstRung: VideoRung = { kind: "video", sizeStep: 1, encoder: undefined };

export interface EncoderLadderNeeds {
  /** The names of the phone's H.264 encoders, its default first. */
  listEncoders(): Promise<readonly string[]>;
}

/**
 * What to try next where a phone's encoder makes no picture: smaller ones, then its other encoders, then no encoder. What
 * worked is kept; a new watching begins at the top again, lest one bad hour leaves small pictures for months, but with the
 * encoder that worked.
 */
export interface EncoderLadder {
  rung: () => Rung;
  /** The present one made no picture. */
  failed: () => void;
  /** Finds out which rungs there are after the last one that is known; never rejects. */
  settle(): Promise<void>;
  worked: () => void;
  /** Back to the top. */
  restart: () => void;
}

export function makeEncoderLadder(needs: EncoderLadderNeeds): EncoderLadder {
  let rungs: VideoRung[] = rungsOf(undefined, defaultSteps);
  let at = 0;
  /** Undefined until somebody had to ask. */
  let others: readonly string[] | undefined;
  let proven: string | undefined;

  function rung(): Rung {
    return rungs[at] ?? { kind: "screencap" };
  }

  return {
    rung,
    failed: () => (at = Math.min(at + 1, rungs.length)),
    settle: async () => {
      if (at < rungs.length || others !== undefined) return;
      const names = await needs.listEncoders().catch(() => []);
      // Two names may be one encoder; a phone has few, and a second failure costs little.
      others = names.slice(1).filter((name) => name !== proven);
      rungs = [...rungs, ...others.flatMap((name) => rungsOf(name, otherSteps))];
    },
    worked: () => {
      const present = rung();
      if (present.kind === "video") proven = present.encoder;
    },
    restart: () => {
      at = 0;
      others = undefined;
      rungs = rungsOf(proven, defaultSteps);
      if (proven !== undefined) rungs.push(...rungsOf(undefined, otherSteps));
    },
  };
}

function rungsOf(encoder: string | undefined, steps: readonly number[]): VideoRung[] {
  return steps.map((sizeStep) => ({ kind: "video", sizeStep, encoder }));
}
