import { createClient, type SupabaseClient } from "@supabase/supabase-js";

/** The Supabase project that the farm works with, and which of its farms this one is. */
export interface SupabaseProject {
  url: URL;
  /** For pages: what it opens, row-level security decides. */
  publishableKey: string;
  /** For this process alone: it opens everything. */
  secretKey: string;
  farmId: string;
}

/** Speaks to the project with its secret key. Opens no connection before it is asked something. */
export function openProject({ url, secretKey }: SupabaseProject): SupabaseClient {
  return createClient(url.href, secretKey, {
    auth: { persistSession: false, autoRefreshToken: false, detectSessionInUrl: false },
  });
}
