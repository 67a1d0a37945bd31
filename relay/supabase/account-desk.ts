import { randomBytes } from "node:crypto";
import type { SupabaseClient } from "@supabase/supabase-js";
import type { PublicProject } from "../../protocol/supabase.ts";
import type { WorkerAccount } from "../store/worker-account-rows.ts";
import { placeOf, publicPartOf, type SupabaseProject } from "./project.ts";
import { answerLimit, refusalOf, type Refusal } from "./refusal.ts";

type Opened = { kind: "done"; account: WorkerAccount } | Refusal;
type Ended = { kind: "done" } | Refusal;

/** Where accounts of workers are made and taken away. Never rejects. */
export interface AccountDesk {
  /** What they are remembered by: the place and the farm. */
  readonly place: string;
  /** What of the place everybody may know. */
  readonly project: PublicProject;
  /** Makes a new one for the PC; one that it had until now ends. */
  open(pcId: string): Promise<Opened>;
  end(account: WorkerAccount): Promise<Ended>;
}

const notFound = 404;

/** Users of the project's Auth, which its table `workers` says the PC of. */
export function makeAccountDesk(client: SupabaseClient, project: SupabaseProject): AccountDesk {
  const { farmId } = project;
  const { admin } = client.auth;

  async function end(userId: string): Promise<Ended> {
    const { error } = await admin.deleteUser(userId);
    return error === null || error.status === notFound
      ? { kind: "done" }
      : { kind: "not now", reason: error.message };
  }

  async function formerUserOf(pcId: string): Promise<string | undefined | Refusal> {
    const limit = answerLimit();
    const { data, error, status } = await client
      .from("workers")
      .select("user_id")
      .eq("farm_id", farmId)
      .eq("pc_id", pcId)
      .abortSignal(limit);
    if (error !== null) return refusalOf({ status, error }, limit);
    const [row] = data as { user_id: string | null }[];
    return row?.user_id ?? undefined;
  }

  return {
    place: placeOf(project),
    project: publicPartOf(project),
    async open(pcId) {
      const former = await formerUserOf(pcId);
      if (typeof former === "object") return former;
      const email = emailOf(pcId, farmId);
      // Of every kind of character that a project may ask for.
      const password = `Aa1!${randomBytes(32).toString("base64url")}`;
      // Never what the relay lets in by: this account is for the project alone.
      const app_metadata = { tabfarm_farm: farmId, tabfarm_worker: pcId };
      const made = await admin.createUser({ email, password, email_confirm: true, app_metadata });
      if (made.error !== null) return { kind: "not now", reason: made.error.message };
      const userId = made.data.user.id;
      const limit = answerLimit();
      const row = { farm_id: farmId, pc_id: pcId, user_id: userId };
      const put = await client
        .from("workers")
        .upsert(row, { onConflict: "farm_id,pc_id" })
        .abortSignal(limit);
      if (put.error !== null) {
        await end(userId);
        return refusalOf({ status: put.status, error: put.error }, limit);
      }
      if (former !== undefined) await end(former);
      return { kind: "done", account: { pcId, userId, email, password, isEnding: false } };
    },
    end: ({ userId }) => end(userId),
  };
}

/** Says to people which PC it is; another one each time, and nobody's mailbox. */
function emailOf(pcId: string, farmId: string): string {
  const name = pcId
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-|-$/g, "");
  const own = `${name.slice(0, 40)}.${randomBytes(4).toString("hex")}`.replace(/^\./, "");
  return `${own}@${farmId}.worker.tabfarm.invalid`;
}
