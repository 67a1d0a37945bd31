import type { SupabaseClient } from "@supabase/supabase-js";
import * as v from "valibot";
import { role } from "../../protocol/role.ts";
import type { PublicProject } from "../../protocol/supabase.ts";
import type { JwtOptions } from "../auth/jwt.ts";
import type { ReadMembers } from "./members.ts";

/** The Supabase project that the farm works with, and which of its farms this one is. */
export interface SupabaseProject {
  url: URL;
  /** For pages: what it opens, row-level security decides. */
  publishableKey: string;
  /** For this process alone: it opens everything. */
  secretKey: string;
  farmId: string;
}

/** What its copies and accounts are remembered by: the place and the farm. */
export function placeOf({ url, farmId }: Pick<SupabaseProject, "url" | "farmId">): string {
  return `${url.origin} ${farmId}`;
}

/** Everybody may know it. */
export function publicPartOf({ url, publishableKey, farmId }: SupabaseProject): PublicProject {
  return { url: url.origin, publishable_key: publishableKey, farm_id: farmId };
}

/** Speaks to the project with its secret key. Opens no connection before it is asked something. */
export async function openProject({ url, secretKey }: SupabaseProject): Promise<SupabaseClient> {
  // Farms without a project start without it: a tenth of a second and 10 MB.
  const { createClient } = await import("@supabase/supabase-js");
  return createClient(url.href, secretKey, {
    auth: { persistSession: false, autoRefreshToken: false, detectSessionInUrl: false },
  });
}

/** What the project's Auth signs for whoever signed in; what an operator says of it goes before. */
export function jwtOptionsOf({ url }: SupabaseProject, given: JwtOptions = {}): JwtOptions {
  if (given.jwksUrl !== undefined) return given;
  const auth = new URL("/auth/v1", url);
  return {
    hs256Secret: given.hs256Secret,
    jwksUrl: new URL(`${auth.href}/.well-known/jwks.json`),
    issuer: auth.href,
    audience: "authenticated",
  };
}

const answerLimitMs = 5000;
const memberRows = v.array(v.object({ user_id: v.string(), role }));

/** The project's table `members`. */
export function makeReadMembers(client: SupabaseClient, { farmId }: SupabaseProject): ReadMembers {
  return async (userIds) => {
    const { data, error } = await client
      .from("members")
      .select("user_id, role")
      .eq("farm_id", farmId)
      .in("user_id", [...userIds])
      .abortSignal(AbortSignal.timeout(answerLimitMs));
    if (error !== null) throw new Error(error.message);
    return new Map(v.parse(memberRows, data).map((row) => [row.user_id, row.role]));
  };
}
