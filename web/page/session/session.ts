import type { Session as AuthSession, SupabaseClient } from "@supabase/supabase-js";
import { createSignal, type Accessor } from "solid-js";
import * as v from "valibot";
import { publicProject, type PublicProject } from "../../../protocol/supabase.ts";

/** Who signed in with the farm's Supabase project in this browser, kept over reloads. */
export interface Session {
  client: SupabaseClient;
  farmId: string;
  /** The access token, renewed by itself; undefined while nobody is signed in. */
  token: Accessor<string | undefined>;
  /** Never rejects: a project that does not say takes at least what every one begins with. */
  readWays(): Promise<SignInWays>;
  /** Each says what went wrong, in the project's words; nothing when it went well. */
  signIn(email: string, password: string): Promise<string | undefined>;
  sendLink(email: string): Promise<string | undefined>;
  /** Leaves this page for the provider's. */
  signInWith(provider: string): Promise<string | undefined>;
  signOut(): Promise<void>;
  /** A newer token at once, e.g. when the relay finds this one too old. False when nobody is signed in any more. */
  renew(): Promise<boolean>;
}

/** How people may sign in, as the project is set up. */
export interface SignInWays {
  email: boolean;
  providers: string[];
}

let opened: Session | undefined;

/** What was opened in this tab, when somebody is signed in. */
export function supabaseSession(): Pick<Session, "client" | "farmId"> | undefined {
  return opened?.token() === undefined ? undefined : opened;
}

/** Undefined where the farm has no project. Rejects when the relay cannot be asked. */
export async function openSession(origin: string): Promise<Session | undefined> {
  const project = await readProject(origin);
  if (project === undefined) return undefined;
  // Only farms that have a project load this.
  const { createClient } = await import("@supabase/supabase-js");
  const client = createClient(project.url, project.publishable_key, {
    // A link in an e-mail or a provider brings a code that only this browser can use.
    auth: { flowType: "pkce", storageKey: "tabfarm.session" },
  });
  opened = await joinSession(client, project);
  return opened;
}

/** The client has looked for what is kept, and for a code in the address, before this resolves. */
async function joinSession(client: SupabaseClient, project: PublicProject): Promise<Session> {
  const { auth } = client;
  const { data } = await auth.getSession();
  const [token, setToken] = createSignal(tokenOf(data.session));
  auth.onAuthStateChange((_, session) => void setToken(tokenOf(session)));

  return {
    client,
    farmId: project.farm_id,
    token,
    readWays: () => readWays(project).catch(() => usualWays),
    async signIn(email, password) {
      const { error } = await auth.signInWithPassword({ email, password });
      return error?.message;
    },
    async sendLink(email) {
      const options = { shouldCreateUser: false, emailRedirectTo: pageAddress() };
      const { error } = await auth.signInWithOtp({ email, options });
      return error?.message;
    },
    async signInWith(provider) {
      // Its names are the project's; the library's list of them is only a type.
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion
      const named = provider as "github";
      const { error } = await auth.signInWithOAuth({
        provider: named,
        options: { redirectTo: pageAddress() },
      });
      return error?.message;
    },
    async signOut() {
      // Of this browser alone, also when the project cannot be reached.
      await auth.signOut({ scope: "local" });
      setToken(undefined);
    },
    async renew() {
      const renewed = await auth.refreshSession();
      setToken(tokenOf(renewed.data.session));
      return renewed.data.session !== null;
    },
  };
}

function tokenOf(session: AuthSession | null): string | undefined {
  return session?.access_token;
}

function pageAddress(): string {
  return location.origin + location.pathname;
}

async function readProject(origin: string): Promise<PublicProject | undefined> {
  const response = await fetch(new URL("/supabase.json", origin));
  return response.ok ? v.parse(publicProject, await response.json()) : undefined;
}

const settings = v.object({ external: v.record(v.string(), v.boolean()) });
/** What the project's list has beside providers that people are sent to. */
const noProviders = new Set(["email", "phone", "anonymous_users", "web3_solana", "web3_ethereum"]);

const usualWays: SignInWays = { email: true, providers: [] };

async function readWays({ url, publishable_key: apikey }: PublicProject): Promise<SignInWays> {
  const response = await fetch(new URL("/auth/v1/settings", url), { headers: { apikey } });
  const { external } = v.parse(settings, await response.json());
  const providers = Object.keys(external).filter((name) => external[name] === true && !noProviders.has(name));
  return { email: external["email"] === true, providers };
}
