import { makeEncoderLadder, type EncoderLadder, type EncoderLadderNeeds } from "./encoder-ladder.ts";

/** How long pictures are taken one by one before the encoders are tried again. */
const retryMs = 120_000;

export interface EncoderChoiceNeeds extends EncoderLadderNeeds {
  /** Whether pictures have to be taken one by one, because no encoder of the phone works. */
  onEncoderless(isEncoderless: boolean): void;
}

/** The ladder of a watched screen, whose encoders are given another chance now and then where all have failed. */
export interface EncoderChoice extends Pick<EncoderLadder, "rung" | "failed" | "worked" | "restart"> {
  /** Makes the present rung known. Resolves with when to do that again; undefined: when something happens. */
  settle(): Promise<number | undefined>;
  /** Nobody watches any more. */
  forget(): void;
}

export function makeEncoderChoice(needs: EncoderChoiceNeeds): EncoderChoice {
  const ladder = makeEncoderLadder(needs);
  let isEncoderless = false;
  let retryAtMs = 0;

  function setEncoderless(next: boolean): void {
    if (next === isEncoderless) return;
    isEncoderless = next;
    needs.onEncoderless(next);
  }

  return {
    rung: ladder.rung,
    failed: ladder.failed,
    restart: ladder.restart,
    worked: () => {
      // Until then pictures are taken one by one, also while an encoder has its chance.
      setEncoderless(false);
      ladder.worked();
    },
    settle: async () => {
      await ladder.settle();
      if (ladder.rung().kind === "video") return undefined;
      const nowMs = performance.now();
      if (isEncoderless && nowMs >= retryAtMs) {
        ladder.restart();
        retryAtMs = Number.POSITIVE_INFINITY;
        return undefined;
      }
      if (!isEncoderless || retryAtMs === Number.POSITIVE_INFINITY) retryAtMs = nowMs + retryMs;
      setEncoderless(true);
      return retryAtMs;
    },
    forget: () => setEncoderless(false),
  };
}
