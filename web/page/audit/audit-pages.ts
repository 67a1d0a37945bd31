import { batch, createSignal, type Accessor } from "solid-js";
import type { AuditPage, AuditRow } from "../../../protocol/audit.ts";
import type { LinkFault, LinkResult } from "../link/link-fault.ts";
import type { AuditQuery } from "./audit-filter.ts";

export type AuditPhase = { kind: "reading" } | { kind: "read" } | { kind: "failed"; fault: LinkFault };

export interface AuditPages {
  /** What was read so far, the newest first. */
  rows: Accessor<AuditRow[]>;
  phase: Accessor<AuditPhase>;
  hasOlder: Accessor<boolean>;
  search(query: AuditQuery): Promise<void>;
  older(): Promise<void>;
}

/** Reads the trail page by page; what was asked before and comes after is left out. */
export function createAuditPages(ask: (query: AuditQuery) => Promise<LinkResult<AuditPage>>): AuditPages {
  const [rows, setRows] = createSignal<AuditRow[]>([]);
  const [phase, setPhase] = createSignal<AuditPhase>({ kind: "read" });
  const [before, setBefore] = createSignal<number>();
  let query: AuditQuery = {};
  let asked = 0;

  async function read(page: AuditQuery, earlier: () => AuditRow[]): Promise<void> {
    asked += 1;
    const turn = asked;
    setPhase({ kind: "reading" });
    const answer = await ask(page);
    if (turn !== asked) return;
    if (!answer.ok) {
      batch(() => {
        // What an earlier filter found is no answer to this one.
        if (page.before === undefined) {
          setRows([]);
          setBefore(undefined);
        }
        setPhase({ kind: "failed", fault: answer.fault });
      });
      return;
    }
    batch(() => {
      setRows([...earlier(), ...answer.value.rows]);
      setBefore(answer.value.next_before);
      setPhase({ kind: "read" });
    });
  }

  return {
    rows,
    phase,
    hasOlder: () => before() !== undefined,
    search(next) {
      query = next;
      return read(query, () => []);
    },
    async older() {
      const from = before();
      if (from !== undefined) await read({ ...query, before: from }, rows);
    },
  };
}
