/** More than this at a time only make each of them slower: a wall that is opened starts a session on every phone. */
const atATime = 6;

/** Lets work begin in turn, what is urgent first. */
export interface StartTurns {
  take<T>(isUrgent: boolean, work: () => Promise<T>): Promise<T>;
  /** Whether some have to wait for others. */
  isCrowded(): boolean;
}

export function makeStartTurns(): StartTurns {
  const waiting: { isUrgent: boolean; begin: () => void }[] = [];
  let running = 0;

  function next(): void {
    if (running >= atATime) return;
    const urgent = waiting.findIndex(({ isUrgent }) => isUrgent);
    const [chosen] = waiting.splice(Math.max(0, urgent), 1);
    if (chosen === undefined) return;
    running += 1;
    chosen.begin();
  }

  return {
    take: async (isUrgent, work) => {
      const turn = Promise.withResolvers<undefined>();
      waiting.push({ isUrgent, begin: () => turn.resolve(undefined) });
      next();
      await turn.promise;
      try {
        return await work();
      } finally {
        running -= 1;
        next();
      }
    },
    isCrowded: () => waiting.length > 0,
  };
}
