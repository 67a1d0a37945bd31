import {
  parseFallbackChanges,
  parseFallbackSnapshot,
  type FallbackChanges,
  type FallbackSnapshot,
} from "../../../protocol/fallback.ts";
import type { Session } from "../session/session.ts";

/** Where a dashboard sees the farm's present state while the relay is away. */
export interface FallbackSource {
  /** Never rejects. */
  snapshot(): Promise<{ ok: true; value: FallbackSnapshot } | { ok: false; reason: string }>;
  /** Hears what changes, and whether it is heard at all. Returns what ends it. */
  listen(onChanges: (changes: FallbackChanges) => void, onHearing: (isHearing: boolean) => void): () => void;
}

const answerLimitMs = 10_000;
const tokenExpired = 401;

/** The farm's Supabase project, as the person who signed in: what they may see, row-level security decides. */
export function makeSupabaseSource({ client, farmId }: Pick<Session, "client" | "farmId">): FallbackSource {
  const ask = () =>
    client.rpc("farm_snapshot", { farm: farmId }).abortSignal(AbortSignal.timeout(answerLimitMs));

  return {
    async snapshot() {
      let answer = await ask();
      // A browser whose clock is late takes an old token for a good one.
      if (answer.status === tokenExpired && (await client.auth.refreshSession()).error === null) {
        answer = await ask();
      }
      const { data, error } = answer;
      if (error !== null) return { ok: false, reason: error.message };
      const value = parseFallbackSnapshot(data);
      return value === undefined
        ? { ok: false, reason: "you may not see this farm there" }
        : { ok: true, value };
    },
    listen(onChanges, onHearing) {
      const channel = client
        .channel(`farm:${farmId}`, { config: { private: true } })
        .on("broadcast", { event: "devices" }, ({ payload }) => {
          const changes = parseFallbackChanges(payload);
          if (changes !== undefined) onChanges(changes);
        })
        .subscribe((status: string) => onHearing(status === "SUBSCRIBED"));
      return () => void client.removeChannel(channel);
    },
  };
}
