import { createClient, type SupabaseClient } from "@supabase/supabase-js";

/** What opens a Supabase project, wherever it is. */
export interface ProjectKeys {
  url: string;
  publishableKey: string;
  secretKey: string;
}

/** A farm and how its people sign in. */
export interface FarmNames {
  farmId: string;
  name: string;
  emailOf: (name: string) => string;
  password: string;
}

export const farm = "f0000000-0000-4000-8000-00000000000a";

/** On a project that is gone when its test is: everybody signs in as `<name>@farm.example` with `password`. */
const passing: FarmNames = {
  farmId: farm,
  name: "Farm",
  emailOf: (name) => `${name}@farm.example`,
  password: "password",
};

/** Makes the farm with its people and PCs: a viewer, an operator, an admin, a worker of `desk-1`, and a stranger. */
export async function seedFarm(project: ProjectKeys, names: FarmNames = passing): Promise<void> {
  const relay = clientOf(project, project.secretKey);
  const { farmId, name, emailOf, password } = names;
  async function add(table: string, row: object): Promise<void> {
    const { error } = await relay.from(table).insert(row);
    if (error !== null) throw new Error(`${table} could not be filled: ${error.message}`);
  }
  async function addUser(person: string): Promise<string> {
    const given = { email: emailOf(person), password, email_confirm: true };
    const { data, error } = await relay.auth.admin.createUser(given);
    if (error !== null) throw error;
    return data.user.id;
  }
  await add("farms", { id: farmId, name });
  for (const role of ["viewer", "operator", "admin"]) {
    await add("members", { farm_id: farmId, user_id: await addUser(role), role });
  }
  await addUser("stranger");
  await add("workers", { farm_id: farmId, pc_id: "desk-1", user_id: await addUser("worker") });
  await add("workers", { farm_id: farmId, pc_id: "desk-2" });
}

/** What a relay is started with to work with the farm there. */
export function relayEnvironment({ url, publishableKey, secretKey }: ProjectKeys, farmId = farm) {
  return {
    SUPABASE_URL: url,
    SUPABASE_PUBLISHABLE_KEY: publishableKey,
    SUPABASE_SECRET_KEY: secretKey,
    SUPABASE_FARM_ID: farmId,
  };
}

/** With one of the project's keys; its session is in memory alone. */
export function clientOf(project: ProjectKeys, key: string, vsn = "2.0.0"): SupabaseClient {
  return createClient(project.url, key, {
    auth: { persistSession: false, autoRefreshToken: false },
    realtime: { vsn },
  });
}
