import type * as v from "valibot";
import type { Result } from "../../protocol/fault.ts";
import type { Script } from "./script.ts";

/** What a route's answer says beside its status. */
export type RestAnswer =
  | { status: number; json: unknown }
  | { status: number; contentType: string; bytes: Uint8Array };

export interface Call<Query> {
  script: Script;
  /** The parts of the path that the route names. Each was parsed as a UUID. */
  params: Record<string, string>;
  query: Query;
  /** JSON, parsed and otherwise as it came; undefined where the route takes none. */
  body: unknown;
  /** Aborts when the caller has gone. */
  signal: AbortSignal;
}

/** One row of the interface: what it says is what the OpenAPI document says of it. */
export interface Route<Query = unknown> {
  method: "GET" | "POST";
  /** Below `/api/v1`; `{name}` is a UUID. */
  path: string;
  /** A sentence for whoever reads the OpenAPI document. */
  summary: string;
  /** Of strings, as a URL has them. */
  query: v.GenericSchema<unknown, Query> & { entries: Record<string, v.GenericSchema> };
  body?: v.GenericSchema;
  /** By status; a picture has no schema. */
  answers: Record<number, { description: string; schema?: v.GenericSchema; contentType?: string }>;
  run(call: Call<Query>): Promise<Result<RestAnswer>>;
}

/** Keeps what a route's own query is between its schema and its `run`. */
export function route<Query>(described: Route<Query>): Route {
  return {
    ...described,
    // The query was parsed by this route's own schema.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    run: (call) => described.run(call as Call<Query>),
  };
}
