import { randomUUID } from "node:crypto";
import postgres from "postgres";
import { rolledBack } from "../rolled-back.ts";
import type { Claims } from "../tokens.ts";

/** What the policies on realtime.messages let somebody do with a private topic, asked as Realtime asks. */
export interface TopicRights {
  /** Does a broadcast that is there show? */
  mayReceive(topic: string, claims: Claims): Promise<boolean>;
  /** Can one be put there? */
  maySend(topic: string, claims: Claims): Promise<boolean>;
}

export function makeTopicRights(sql: postgres.Sql): TopicRights {
  return {
    mayReceive: (topic, claims) =>
      rolledBack(sql, async (transaction) => {
        const id = randomUUID();
        await transaction`insert into realtime.messages (id, topic, extension) values (${id}, ${topic}, 'broadcast')`;
        await become(transaction, topic, claims);
        return (await transaction`select from realtime.messages where id = ${id}`).count === 1;
      }),
    maySend: (topic, claims) =>
      rolledBack(sql, async (transaction) => {
        await become(transaction, topic, claims);
        try {
          await transaction`insert into realtime.messages (topic, extension) values (${topic}, 'broadcast')`;
          return true;
        } catch (failure) {
          if (failure instanceof postgres.PostgresError && failure.code === "42501") return false;
          throw failure;
        }
      }),
  };
}

async function become(sql: postgres.ISql, topic: string, claims: Claims): Promise<void> {
  await sql`select
    set_config('role', ${claims.role}, true),
    set_config('realtime.topic', ${topic}, true),
    set_config('request.jwt.claims', ${JSON.stringify(claims)}, true),
    set_config('request.jwt.claim.sub', ${claims.sub ?? ""}, true),
    set_config('request.jwt.claim.role', ${claims.role}, true)`;
}
