import { type Fault, type FaultName, type FaultNamed, type Remedy, remedies } from "./fault.ts";

/** What is wrong with one phone now, and the only place that knows. Each boundary asks here what it has to do wrong. */
export interface Faults {
  list(): readonly Fault[];
  find<Name extends FaultName>(name: Name): FaultNamed<Name> | undefined;
  /** Begins, in place of an earlier one of that name. */
  add(fault: Fault): void;
  end(name: FaultName): void;
  /** Ends it and answers whether it was there: for what happens once. */
  take(name: FaultName): boolean;
  /** The phone was reset, replugged or rebooted: a hang that this cures is over. */
  heal(remedy: Remedy): void;
  /** Well again. */
  clear(): void;
  /** Settles when there is no such fault, or when the signal aborts. */
  untilGone(name: FaultName, signal: AbortSignal): Promise<void>;
  /** Returns the unsubscriber. */
  onChange(listener: () => void): () => void;
}

export function makeFaults(): Faults {
  const present = new Map<FaultName, Fault>();
  const listeners = new Set<() => void>();

  function tell(): void {
    for (const listener of listeners) listener();
  }

  function find<Name extends FaultName>(name: Name): FaultNamed<Name> | undefined {
    const fault = present.get(name);
    // What lies under a name has it.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    return fault as FaultNamed<Name> | undefined;
  }

  function take(name: FaultName): boolean {
    const isThere = present.delete(name);
    if (isThere) tell();
    return isThere;
  }

  /** The same one: a later hang is not ended by an earlier one's time. */
  function endLater(fault: FaultNamed<"zombie">, afterMs: number): void {
    setTimeout(() => {
      if (present.get(fault.name) === fault) take(fault.name);
    }, afterMs);
  }

  function onChange(listener: () => void): () => void {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  }

  return {
    list: () => [...present.values()],
    find,
    add(fault) {
      present.set(fault.name, fault);
      if (fault.name === "zombie" && typeof fault.cure === "object") endLater(fault, fault.cure.afterMs);
      tell();
    },
    end: (name) => void take(name),
    take,
    heal(remedy) {
      const cure = find("zombie")?.cure;
      if (typeof cure === "string" && remedies.indexOf(cure) <= remedies.indexOf(remedy)) take("zombie");
    },
    clear() {
      present.clear();
      tell();
    },
    async untilGone(name, signal) {
      if (!present.has(name) || signal.aborted) return;
      const { promise, resolve } = Promise.withResolvers<void>();
      const stop = onChange(() => void (!present.has(name) && resolve()));
      signal.addEventListener("abort", () => resolve(), { once: true });
      await promise;
      stop();
    },
    onChange,
  };
}
