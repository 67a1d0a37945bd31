import * as v from "valibot";
import { uuid } from "./fields.ts";

/** The Supabase project of a farm, as `GET /supabase.json` tells everybody; 404 where there is none. */
export const publicProject = v.object({
  /** Its origin. */
  url: v.pipe(v.string(), v.url()),
  /** What it opens, row-level security decides. */
  publishable_key: v.string(),
  farm_id: uuid,
});
export type PublicProject = v.InferOutput<typeof publicProject>;
