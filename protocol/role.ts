import * as v from "valibot";

/** What a person at a dashboard may do, the least first: watch; command devices; everything. */
export const role = v.picklist(["viewer", "operator", "admin"]);
export type Role = v.InferOutput<typeof role>;
