import type postgres from "postgres";
import { rolledBack } from "./rolled-back.ts";

/** Who a test asks as. The relay comes with the secret key, everybody else with the publishable one. */
export const identities = ["anon", "viewer", "operator", "admin", "worker", "stranger", "relay"] as const;
export type Identity = (typeof identities)[number];

/** The farm that is asked about; the stranger is the admin of the other one. */
export const farm = "f0000000-0000-4000-8000-00000000000a";
export const otherFarm = "f0000000-0000-4000-8000-00000000000b";

export const userIds = {
  viewer: "a0000000-0000-4000-8000-000000000001",
  operator: "a0000000-0000-4000-8000-000000000002",
  admin: "a0000000-0000-4000-8000-000000000003",
  worker: "a0000000-0000-4000-8000-000000000004",
  stranger: "a0000000-0000-4000-8000-000000000005",
} as const;

/** Two farms with their people; `desk-1` is the worker's PC, `desk-2` has no identity of its own. */
export async function seedFarms(sql: postgres.Sql): Promise<void> {
  const users = Object.entries(userIds).map(([name, id]) => ({ id, email: `${name}@farm.example` }));
  await sql`insert into auth.users ${sql(users)}`;
  await sql`insert into public.farms (id, name) values (${farm}, 'Farm'), (${otherFarm}, 'Other farm')`;
  const { viewer, operator, admin, worker, stranger } = userIds;
  await sql`insert into public.members (farm_id, user_id, role) values
    (${farm}, ${viewer}, 'viewer'), (${farm}, ${operator}, 'operator'), (${farm}, ${admin}, 'admin'),
    (${otherFarm}, ${stranger}, 'admin')`;
  await sql`insert into public.workers (farm_id, pc_id, user_id) values
    (${farm}, 'desk-1', ${worker}), (${farm}, 'desk-2', null), (${otherFarm}, 'desk-1', null)`;
}

/** Runs something as REST would for this identity, and undoes whatever it did. */
export function asIdentity<Value>(
  sql: postgres.Sql,
  identity: Identity,
  act: (sql: postgres.ISql) => Promise<Value>,
): Promise<Value> {
  return rolledBack(sql, async (transaction) => {
    await become(transaction, identity);
    return act(transaction);
  });
}

/** What REST does at the beginning of a request's transaction. */
export async function become(sql: postgres.ISql, identity: Identity): Promise<void> {
  const claims = claimsOf(identity);
  await sql`select set_config('role', ${claims.role}, true),
    set_config('request.jwt.claims', ${JSON.stringify(claims)}, true)`;
}

function claimsOf(identity: Identity): { role: string; sub?: string } {
  if (identity === "anon") return { role: "anon" };
  return identity === "relay" ? { role: "service_role" } : { role: "authenticated", sub: userIds[identity] };
}
