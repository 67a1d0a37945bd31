import type { Size } from "../../../protocol/fields.ts";
import type { LiveControl } from "../commands/touch-control.ts";
import type { DeviceLink } from "../device/device-link.ts";
import type { ControlHold, ControlHoldNeeds } from "./control-hold.ts";
import { makeControlHolds } from "./control-holds.ts";
import { makeControlWaiters } from "./control-waiters.ts";
import { makeEncoderChoice } from "./encoder-choice.ts";
import type { Rung } from "./encoder-ladder.ts";
import { makeMirror, type Mirror, type TakenPicture, type VideoUnit } from "./mirror.ts";
import type { MakePictureDecoder } from "./picture.ts";
import { makeRestartWait } from "./restart-wait.ts";
import { isMoreThan, planSession, type ScreenWish, type SessionPlan } from "./session-plan.ts";
import { ServerEndedError } from "./scrcpy-session.ts";

const warmMs = 5000;
const shrinkAfterMs = 10_000;
/** A farm PC that lacks something cannot wait until somebody has made up their mind about the zoom. */
const reduceAfterMs = 1000;
/** How long the second session may take to show something before the first one is taken to be in its way. */
const takeOverLimitMs = 8000;
/** How long a session that was replaced is kept for a finger that is down on it. */
const touchLimitMs = 3000;

export interface ScreenNeeds {
  link: Pick<DeviceLink, "startScrcpy" | "listEncoders">;
  /** The display as built. */
  screenSize: Size;
  makeDecoder: MakePictureDecoder;
  /** The clock that pictures are stamped with. */
  nowMs: () => number;
  /** The video that is shown; what comes from another session than the unit before begins with a key frame. */
  onUnit(unit: VideoUnit): void;
  /** The receiver closes the picture. */
  onPicture(picture: TakenPicture): void;
  /** The screen cannot be mirrored although somebody watches; undefined when it can again. */
  onProblem(detail: string | undefined): void;
  /** Another session, or another size of one, shows from now on. */
  onPlan(plan: SessionPlan | undefined, rung: Rung): void;
  /** Whether pictures have to be taken one by one, because no encoder of the phone works. */
  onEncoderless(isEncoderless: boolean): void;
}

/**
 * The scrcpy session of a device: started by the first need, kept warm for a while, restarted when it dies. When another
 * one is needed it starts beside the first, and takes its place with its first key frame.
 */
export interface Screen {
  setWish(wish: ScreenWish | undefined): void;
  /** Asks for a key frame. */
  refresh(): void;
  /** Whether a session is up and shows something. */
  isShowing(): boolean;
  liveControl(): LiveControl | undefined;
  /** Starts a control-only session when none is up; rejects with what the device said. */
  openControl(): Promise<LiveControl>;
  /** Keeps a session up for live control until it is released. */
  holdControl(needs: ControlHoldNeeds): ControlHold;
  /** Ends everything; the screen is of no use after. */
  close(): Promise<void>;
}

export function makeScreen(needs: ScreenNeeds): Screen {
  let wish: ScreenWish | undefined;
  let shown: Mirror | undefined;
  /** Started beside the one that is shown. */
  let coming: Mirror | undefined;
  /** Replaced, and kept for a finger that is down on it. */
  let leaving: Mirror | undefined;
  let hasProblem = false;
  let isClosed = false;
  let isWorking = false;
  let isAgain = false;
  /** Whether the phone's encoder serves one session at a time. Forgotten by every new watching, as the ladder is. */
  let isOneAtATime = false;
  let controlUntilMs = 0;
  /** Since when the session is larger than needed, or not needed at all. */
  let excessSinceMs: number | undefined;
  let lastError = "scrcpy did not start";
  let wakeTimer: ReturnType<typeof setTimeout> | undefined;
  const waiters = makeControlWaiters();
  const wait = makeRestartWait();
  const encoders = makeEncoderChoice({
    listEncoders: () => needs.link.listEncoders(),
    onEncoderless: (isEncoderless) => needs.onEncoderless(isEncoderless),
  });
  const holds = makeControlHolds({ shown: () => shown, onChange: () => void reconcile() });

  /** Brings what runs to what is wished, one step at a time. Called on every change; never two at once. */
  async function reconcile(): Promise<void> {
    isAgain = true;
    if (isWorking) return;
    isWorking = true;
    try {
      while (isAgain) {
        isAgain = false;
        await step();
      }
    } finally {
      isWorking = false;
    }
  }

  function wakeIn(waitMs: number): void {
    clearTimeout(wakeTimer);
    wakeTimer = setTimeout(() => void reconcile(), Math.max(0, waitMs));
  }

  /** Undefined: no session is needed. */
  function planNow(nowMs: number): SessionPlan | undefined {
    if (isClosed) return undefined;
    const { screenSize: screen } = needs;
    const plan = wish && planSession({ ...wish, screen, rung: encoders.rung() });
    if (plan?.video !== undefined) return plan;
    return controlUntilMs > nowMs || !holds.isEmpty ? { video: undefined } : undefined;
  }

  async function step(): Promise<void> {
    const againMs = wish && (await encoders.settle());
    const nowMs = performance.now();
    if (againMs !== undefined) wakeIn(againMs - nowMs);
    if (leaving !== undefined && !holds.isTouching(leaving)) await end(leaving);
    for (const mirror of [shown, coming]) mirror?.setDecoding(isDecoded());
    const plan = planNow(nowMs);
    if (plan === undefined) {
      await windDown(nowMs);
      return;
    }
    if (shown !== undefined) {
      waiters.settle(shown);
      await change(shown, plan, nowMs);
      return;
    }
    excessSinceMs = undefined;
    if (wait.leftMs() > 0) {
      waiters.reject(lastError);
      wakeIn(wait.leftMs());
      return;
    }
    await start(plan);
  }

  function isDecoded(): boolean {
    return wish !== undefined && wish.demand.layers.length > 0;
  }

  async function windDown(nowMs: number): Promise<void> {
    if (shown === undefined) return;
    excessSinceMs ??= nowMs;
    const warmLeftMs = isClosed ? 0 : excessSinceMs + warmMs - nowMs;
    if (warmLeftMs > 0) wakeIn(warmLeftMs);
    else await endAll();
  }

  /** A session that lacks something is replaced at once, a larger one than needed after a while: people zoom in and out. */
  async function change(mirror: Mirror, plan: SessionPlan, nowMs: number): Promise<void> {
    if (wish?.isAsleep === true && plan.video !== undefined) return;
    if (coming !== undefined) {
      if (!isMoreThan(plan, coming.plan)) return;
      await end(coming);
    }
    if (!isMoreThan(plan, mirror.plan)) {
      if (!isMoreThan(mirror.plan, plan)) {
        excessSinceMs = undefined;
        if (plan.video === undefined && holds.isEmpty) wakeIn(controlUntilMs - nowMs);
        return;
      }
      excessSinceMs ??= nowMs;
      const patienceMs = wish?.share.lack === undefined ? shrinkAfterMs : reduceAfterMs;
      const leftMs = excessSinceMs + patienceMs - nowMs;
      if (leftMs > 0) {
        wakeIn(leftMs);
        return;
      }
    }
    if (wait.leftMs() > 0) {
      wakeIn(wait.leftMs());
      return;
    }
    if (isOneAtATime && mirror.plan.video !== undefined && plan.video !== undefined) {
      await endAll();
      isAgain = true;
    } else await startBeside(plan);
  }

  function make(plan: SessionPlan, wakes: boolean): Mirror {
    const { link, screenSize, makeDecoder, nowMs } = needs;
    const mirror: Mirror = makeMirror({
      link,
      plan,
      wakes,
      screenSize,
      makeDecoder,
      nowMs,
      onUnit: (unit) => takeUnit(mirror, unit),
      onPicture: (taken) => takePicture(mirror, taken),
      onClipboard: (text) => {
        // Two sessions hear of the same copying.
        if (mirror === shown) holds.onClipboard(text);
      },
    });
    mirror.setDecoding(isDecoded());
    const madeMs = performance.now();
    void mirror.ended.then((lastWords) => onEnded(mirror, performance.now() - madeMs, lastWords));
    return mirror;
  }

  async function start(plan: SessionPlan): Promise<void> {
    const mirror = make(plan, true);
    shown = mirror;
    try {
      await mirror.start();
    } catch (error) {
      if (shown !== mirror) return;
      shown = undefined;
      await mirror.close();
      const isBlamed = error instanceof ServerEndedError && plan.video !== undefined;
      if (isBlamed) encoders.failed();
      onFailure(wordsOf(error), isBlamed);
      return;
    }
    needs.onPlan(plan, encoders.rung());
    // However long the start took: who waited for it may use it for a while.
    if (!waiters.isEmpty()) controlUntilMs = performance.now() + warmMs;
    isAgain = true;
  }

  async function startBeside(plan: SessionPlan): Promise<void> {
    excessSinceMs = undefined;
    const mirror = make(plan, false);
    coming = mirror;
    try {
      await mirror.start();
    } catch (error) {
      if (coming === mirror) await giveUpComing(mirror, error instanceof ServerEndedError, wordsOf(error));
      else if (shown === mirror) onEnded(mirror, 0, wordsOf(error));
      return;
    }
    if (plan.video === undefined && coming === mirror) takeOver(mirror);
    const overdue = setTimeout(() => {
      if (coming === mirror) void giveUpComing(mirror, true, "a second session shows nothing");
    }, takeOverLimitMs);
    void mirror.ended.then(() => clearTimeout(overdue));
  }

  /** The first session still shows; what it lacks is tried again, alone when the phone's encoder may not serve two. */
  async function giveUpComing(mirror: Mirror, isOfEncoder: boolean, detail: string): Promise<void> {
    await end(mirror);
    const isSeen = shown?.plan.video !== undefined;
    if (isOfEncoder && isSeen && !isOneAtATime) isOneAtATime = true;
    else if (isSeen) wait.failed(false);
    else {
      if (isOfEncoder) encoders.failed();
      onFailure(detail, isOfEncoder);
    }
    await reconcile();
  }

  function takeUnit(mirror: Mirror, unit: VideoUnit): void {
    if (mirror === coming && unit.isKey) takeOver(mirror);
    if (mirror !== shown) return;
    if (mirror.isShowing()) onShowing();
    needs.onUnit(unit);
  }

  function takePicture(mirror: Mirror, taken: TakenPicture): void {
    if (mirror !== shown) {
      taken.picture.close();
      return;
    }
    onShowing();
    needs.onPicture(taken);
  }

  function onShowing(): void {
    if (hasProblem) setProblem(undefined);
    encoders.worked();
  }

  function takeOver(mirror: Mirror): void {
    const before = shown;
    shown = mirror;
    coming = undefined;
    needs.onPlan(mirror.plan, encoders.rung());
    if (before !== undefined) {
      if (leaving !== undefined) void end(leaving);
      leaving = before;
      setTimeout(() => void (leaving === before && end(before)), touchLimitMs);
    }
    void reconcile();
  }

  function onEnded(mirror: Mirror, livedMs: number, lastWords: string): void {
    if (mirror === coming) {
      void giveUpComing(mirror, mirror.plan.video !== undefined, lastWords);
      return;
    }
    if (mirror !== shown) return;
    shown = undefined;
    void end(mirror);
    const isBlamed = !mirror.isShowing() && mirror.plan.video !== undefined;
    if (isBlamed) encoders.failed();
    else {
      encoders.restart();
      wait.lived(livedMs);
    }
    // Some phones take the encoder from the first session and give it to the second.
    if (coming === undefined) onFailure(lastWords, isBlamed);
    else takeOver(coming);
    void reconcile();
  }

  function onFailure(detail: string, isBlamed: boolean): void {
    if (isClosed) return;
    lastError = detail;
    wait.failed(isBlamed);
    needs.onPlan(undefined, encoders.rung());
    waiters.reject(lastError);
    holds.onFailure(detail);
    if (wish !== undefined) setProblem(detail);
    isAgain = true;
  }

  function setProblem(detail: string | undefined): void {
    hasProblem = detail !== undefined;
    needs.onProblem(detail);
  }

  async function end(mirror: Mirror): Promise<void> {
    if (shown === mirror) shown = undefined;
    if (coming === mirror) coming = undefined;
    if (leaving === mirror) leaving = undefined;
    holds.forget(mirror);
    await mirror.close();
  }

  async function endAll(): Promise<void> {
    excessSinceMs = undefined;
    await Promise.all([shown, coming, leaving].map(async (mirror) => mirror && (await end(mirror))));
    needs.onPlan(undefined, encoders.rung());
  }

  return {
    setWish: (next) => {
      if (next !== undefined && wish === undefined) {
        wait.hurry();
        encoders.restart();
        isOneAtATime = false;
      }
      wish = next;
      if (next === undefined) {
        setProblem(undefined);
        encoders.forget();
      }
      void reconcile();
    },
    refresh: () => shown?.refresh(),
    isShowing: () => shown?.isShowing() === true,
    liveControl: () => shown?.live(),
    openControl: () => {
      controlUntilMs = performance.now() + warmMs;
      const opened = waiters.add();
      if (isClosed) waiters.reject("the device is gone");
      // A person who types waits for no backoff.
      wait.hurry();
      void reconcile();
      return opened;
    },
    holdControl: (hold) => {
      wait.hurry();
      return holds.add(hold);
    },
    close: async () => {
      isClosed = true;
      clearTimeout(wakeTimer);
      wish = undefined;
      lastError = "the device is gone";
      waiters.reject(lastError);
      // Also what is only starting: a reconciliation under way waits for it.
      await endAll();
      await reconcile();
    },
  };
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
