import { fail, succeed, type Result } from "../../protocol/fault.ts";
import type { Role } from "../../protocol/role.ts";
import type { Clock } from "../clock.ts";
import { describeBug, type Log } from "../log.ts";

/** The roles of those of these people who belong to the farm. Rejects when nobody can say. */
export type ReadMembers = (userIds: readonly string[]) => Promise<ReadonlyMap<string, Role>>;

/** What people who signed in with Supabase may do here: what its table `members` has for them. */
export interface Members {
  /** Undefined for who does not belong to the farm; `INTERNAL` when that cannot be known now. */
  roleOf(userId: string): Promise<Result<Role | undefined>>;
  close(): void;
}

export interface MembersNeeds {
  read: ReadMembers;
  clock: Clock;
  log: Log;
  /** The people who are connected. */
  present: () => Set<string>;
  /** What one of them may do now; undefined: nothing any more. */
  onRole: (userId: string, role: Role | undefined) => void;
}

const freshMs = 20_000;
/** What was known before an outage lets people come back for this long. */
const bearableMs = 600_000;
/** As many as a URL holds. */
const mostAtOnce = 100;

/** Asks again for everybody who is connected, so that who is taken out of the farm is out within half a minute. */
export function makeMembers({ read, clock, log, present, onRole }: MembersNeeds): Members {
  const known = new Map<string, { role: Role | undefined; readAtMs: number }>();
  let isAway = false;
  let isClosed = false;
  let cancel = clock.setTimer(freshMs, () => void lookAgain());

  async function ask(userIds: readonly string[]): Promise<boolean> {
    try {
      const roles = await read(userIds);
      for (const id of userIds) known.set(id, { role: roles.get(id), readAtMs: clock.now() });
      isAway = false;
      return true;
    } catch (failure) {
      if (!isAway) log(`Supabase does not say who belongs to the farm: ${describeBug(failure)}`);
      isAway = true;
      return false;
    }
  }

  async function lookAgain(): Promise<void> {
    const ids = [...present()];
    forgetOthers();
    for (let at = 0; at < ids.length; at += mostAtOnce) {
      const some = ids.slice(at, at + mostAtOnce);
      if (!(await ask(some)) || isClosed) break;
      for (const id of some) onRole(id, known.get(id)?.role);
    }
    if (!isClosed) cancel = clock.setTimer(freshMs, () => void lookAgain());
  }

  function forgetOthers(): void {
    for (const [id, { readAtMs }] of known) if (clock.now() - readAtMs > bearableMs) known.delete(id);
  }

  return {
    async roleOf(userId) {
      const before = known.get(userId);
      if (before !== undefined && clock.now() - before.readAtMs < freshMs) return succeed(before.role);
      if (await ask([userId])) return succeed(known.get(userId)?.role);
      if (before !== undefined && clock.now() - before.readAtMs < bearableMs) return succeed(before.role);
      return fail("INTERNAL", "Supabase cannot be asked now who belongs to this farm; try again later");
    },
    close() {
      isClosed = true;
      cancel();
    },
  };
}
