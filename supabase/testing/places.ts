import type { Session, SupabaseClient } from "@supabase/supabase-js";
import { randomUUID } from "node:crypto";
import * as v from "valibot";
import { clientOf, seedFarm, type FarmNames, type ProjectKeys } from "./farm.ts";
import { hostedProject } from "./hosted-project.ts";
import { startStack, type Stack } from "./start-stack.ts";

/** A farm of a test's own in a project that is spoken to as everybody may. */
export interface TestProject extends ProjectKeys, Pick<FarmNames, "farmId" | "emailOf" | "password"> {
  /** With the secret key. */
  relay: SupabaseClient;
  /** With the publishable key, unless told otherwise. */
  client(key?: string, vsn?: string): SupabaseClient;
  /** Signed in for this test alone. */
  signIn(name: string): Promise<SupabaseClient>;
  /** Signed in once for all tests: hosted, a quota counts sign-ins. */
  as(name: string, vsn?: string): Promise<SupabaseClient>;
  /** Only on this machine: past all policies. */
  sql?: Stack["sql"];
  /** Removes what was made; the trail, which nobody may shorten, keeps its rows and its farm. */
  close(): Promise<void>;
}

interface Place {
  name: string;
  isLocal: boolean;
  open: () => Promise<TestProject>;
}

const hosted = hostedProject();

/** Where the tests run that need no more than everybody has of a project: here, and on a hosted one if one is named. */
export const places: Place[] = [{ name: "this machine", isLocal: true, open: openLocal }];
if (hosted !== undefined) {
  places.push({ name: hosted.url, isLocal: false, open: () => openFarm(hosted) });
}

async function openLocal(): Promise<TestProject> {
  const stack = await startStack();
  const project = await openFarm(stack);
  return { ...project, sql: stack.sql, close: () => stack.close() };
}

async function openFarm({ url, publishableKey, secretKey }: ProjectKeys): Promise<TestProject> {
  const keys = { url, publishableKey, secretKey };
  const farmId = randomUUID();
  const names: FarmNames = {
    farmId,
    name: `Tests of ${new Date().toISOString()}`,
    emailOf: (name) => `${name}@${farmId}.test.tabfarm.invalid`,
    password: `Aa1!${randomUUID()}`,
  };
  const relay = clientOf(keys, secretKey);
  await requireMigrations(url, relay);
  const close = () => removeFarm(relay, names);
  await seedFarm(keys, names).catch(async (failure: unknown) => {
    await close();
    throw failure;
  });
  const client = (key = publishableKey, vsn?: string) => clientOf(keys, key, vsn);

  async function signIn(name: string): Promise<SupabaseClient> {
    const person = client();
    const { error } = await person.auth.signInWithPassword({
      email: names.emailOf(name),
      password: names.password,
    });
    if (error !== null) throw error;
    return person;
  }

  const sessions = new Map<string, Session>();
  async function as(name: string, vsn?: string): Promise<SupabaseClient> {
    let session = sessions.get(name);
    if (session === undefined) {
      session = (await (await signIn(name)).auth.getSession()).data.session ?? undefined;
      if (session === undefined) throw new Error(`${name} has no session`);
      sessions.set(name, session);
    }
    const person = client(publishableKey, vsn);
    const { error } = await person.auth.setSession(session);
    if (error !== null) throw error;
    return person;
  }

  return { ...keys, ...names, relay, client, signIn, as, close };
}

/** As PostgREST says it, and as lite does. */
const noSuchFunction = new Set(["PGRST202", "42883"]);

/** Asks for what the last of them makes. */
export async function requireMigrations(url: string, relay: SupabaseClient): Promise<void> {
  const { error } = await relay.rpc("farm_snapshot", { farm: randomUUID() });
  if (error === null) return;
  throw new Error(
    noSuchFunction.has(error.code)
      ? `${url} lacks migrations of supabase/migrations: run \`npx supabase link\` and \`npx supabase db push\``
      : `${url} does not take the secret key's requests: ${error.code} ${error.message}`,
  );
}

const accountRows = v.array(v.object({ user_id: v.nullable(v.string()) }));

/** As far as it was made. */
async function removeFarm(relay: SupabaseClient, { farmId, emailOf }: FarmNames): Promise<void> {
  const { data } = await relay.auth.admin.listUsers({ perPage: 1000 });
  const people = data.users.filter(({ email }) => email?.endsWith(emailOf("")) === true);
  const workers = await relay.from("workers").select("user_id").eq("farm_id", farmId);
  const accounts = v.parse(accountRows, workers.data ?? []);
  const ids = new Set([...people.map(({ id }) => id), ...accounts.map(({ user_id: id }) => id)]);
  for (const id of ids) if (id !== null) await relay.auth.admin.deleteUser(id);
  for (const table of ["devices", "groups", "jobs", "assignments", "workers", "members"]) {
    await relay.from(table).delete().eq("farm_id", farmId);
  }
  await relay.from("farms").delete().eq("id", farmId);
}
