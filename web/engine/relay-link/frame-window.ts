/** Frames of one device that may be on their way at a time: the second covers the way back of the first's answer. */
const framesPerDevice = 2;
const bytesOfAll = 1024 * 1024;
/** A frame that is not answered in this time is taken as arrived. */
const answerLimitMs = 5000;
/** Until a relay has answered one frame it may be one that never does; then this paces it. */
const unansweredLimitMs = 250;

/** Keeps frames from queueing on a slow uplink: the relay answers each one, and few are unanswered at a time. */
export interface FrameWindow {
  isFree(deviceId: string): boolean;
  /** Counts a frame as on its way; call the result when it is answered. */
  open(deviceId: string, byteLength: number): () => void;
  /** The connection is new or gone: nothing is on its way. */
  reset(): void;
}

export function makeFrameWindow(onFree: () => void): FrameWindow {
  const frames = new Map<string, number>();
  let bytes = 0;
  let isAnswering = false;
  let generation = 0;

  return {
    isFree: (deviceId) => bytes < bytesOfAll && (frames.get(deviceId) ?? 0) < framesPerDevice,
    open: (deviceId, byteLength) => {
      const born = generation;
      let isOpen = true;
      frames.set(deviceId, (frames.get(deviceId) ?? 0) + 1);
      bytes += byteLength;
      const settle = (): void => {
        if (!isOpen || born !== generation) return;
        isOpen = false;
        clearTimeout(timer);
        bytes -= byteLength;
        const left = (frames.get(deviceId) ?? 1) - 1;
        if (left === 0) frames.delete(deviceId);
        else frames.set(deviceId, left);
        onFree();
      };
      const timer = setTimeout(settle, isAnswering ? answerLimitMs : unansweredLimitMs);
      return () => {
        if (born === generation) isAnswering = true;
        settle();
      };
    },
    reset: () => {
      generation += 1;
      frames.clear();
      bytes = 0;
      isAnswering = false;
    },
  };
}
