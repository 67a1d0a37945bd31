import { createContext, createSignal, onCleanup, useContext, type Accessor } from "solid-js";
import type { LinkFault } from "../link/link-fault.ts";
import { adviceFor } from "./fault-words.ts";

export interface Toast {
  id: number;
  title: string;
  advice?: string;
  code?: string;
  /** Worth knowing, and nothing wrong. */
  isNote?: boolean;
  /** How many times it was said in a row. */
  count: number;
}

export interface Toasts {
  list: Accessor<Toast[]>;
  fault(fault: LinkFault): void;
  failure(title: string, advice?: string): void;
  note(title: string): void;
  dismiss(id: number): void;
}

const shownMs = 9000;
const maxShown = 4;

/** Messages that go by themselves; the same one again is counted, not stacked. */
export function createToasts(): Toasts {
  const [list, setList] = createSignal<Toast[]>([]);
  const timers = new Map<number, ReturnType<typeof setTimeout>>();
  let lastId = 0;

  function dismiss(id: number): void {
    clearTimeout(timers.get(id));
    timers.delete(id);
    setList((list) => list.filter((toast) => toast.id !== id));
  }

  function show(toast: Omit<Toast, "id" | "count">): void {
    const same = list().find((shown) => shown.title === toast.title && shown.code === toast.code);
    if (same !== undefined) dismiss(same.id);
    lastId += 1;
    const id = lastId;
    setList((list) => [...list, { ...toast, id, count: (same?.count ?? 0) + 1 }].slice(-maxShown));
    timers.set(
      id,
      setTimeout(() => dismiss(id), shownMs),
    );
  }

  onCleanup(() => {
    for (const timer of timers.values()) clearTimeout(timer);
  });

  return {
    list,
    fault: (fault) => show({ title: fault.message, code: fault.code, advice: adviceFor(fault) }),
    failure: (title, advice) => show(advice === undefined ? { title } : { title, advice }),
    note: (title) => show({ title, isNote: true }),
    dismiss,
  };
}

export const ToastContext = createContext<Toasts>();

export function useToasts(): Toasts {
  const toasts = useContext(ToastContext);
  if (toasts === undefined) throw new Error("useToasts needs a ToastContext above it");
  return toasts;
}
