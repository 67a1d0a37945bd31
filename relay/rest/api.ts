import type { IncomingMessage, ServerResponse } from "node:http";
import * as v from "valibot";
import { fail, type Fault, type Result } from "../../protocol/fault.ts";
import { uuid } from "../../protocol/fields.ts";
import { parsePayload } from "../../protocol/parse.ts";
import { answer, answerJson, type RequestHandler } from "../http/answer.ts";
import { answerFault } from "./fault-answer.ts";
import { readJsonBody } from "./json-body.ts";
import { describeRoutes } from "./open-api.ts";
import type { Route } from "./route.ts";
import type { Script } from "./script.ts";

export const apiPath = "/api/v1";

export interface ApiNeeds {
  routes: Route[];
  connect(request: IncomingMessage): Promise<Result<Script>>;
  /** Why this caller asks too often. */
  refusal(request: IncomingMessage): Fault | undefined;
}

/** Answers what is below `/api/v1`: each request is a dashboard for as long as it lasts. */
export function makeApi(needs: ApiNeeds): RequestHandler {
  const { routes } = needs;
  const document = describeRoutes(routes);

  return async (request, response) => {
    const url = new URL(request.url ?? "/", "http://relay");
    const path = url.pathname.slice(apiPath.length);
    if (request.method === "GET" && path === "/openapi.json") return answerJson(response, 200, document);
    const here = routes.flatMap((route) => {
      const params = paramsOf(route.path, path);
      return params === undefined ? [] : [{ route, params }];
    });
    const found = here.find(({ route }) => route.method === request.method);
    if (found === undefined) {
      if (here.length === 0) return answerFault(response, nothingHere, 404);
      response.setHeader("Allow", here.map(({ route }) => route.method).join(", "));
      return answerFault(response, wrongMethod, 405);
    }
    const tooMany = needs.refusal(request);
    if (tooMany !== undefined) return answerFault(response, tooMany);
    const script = await needs.connect(request);
    if (!script.ok) return answerFault(response, script.fault);
    try {
      await serve(found.route, found.params, script.value, url.searchParams, request, response);
    } finally {
      script.value.close();
    }
  };
}

async function serve(
  route: Route,
  params: Record<string, string>,
  script: Script,
  search: URLSearchParams,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const query = parsePayload("the query", route.query, Object.fromEntries(search));
  if (!query.ok) return answerFault(response, query.fault);
  const takesBody = route.body !== undefined;
  const body = takesBody ? await readJsonBody(request) : { ok: true as const, value: undefined };
  if (!body.ok) {
    // What of the body was not read will not be: the connection is of no more use.
    response.setHeader("Connection", "close");
    return answerFault(response, body.fault, body.status);
  }
  const left = new AbortController();
  response.on("close", () => left.abort());
  const ran = await route.run({ script, params, query: query.value, body: body.value, signal: left.signal });
  if (!ran.ok) return answerFault(response, ran.fault);
  const { value } = ran;
  if ("json" in value) answerJson(response, value.status, value.json);
  else answer(response, value.status, value.contentType, value.bytes);
}

const nothingHere = fail("INVALID_PAYLOAD", `there is nothing here; see ${apiPath}/openapi.json`).fault;
const wrongMethod = fail("INVALID_PAYLOAD", `not this method here; see ${apiPath}/openapi.json`).fault;

/** The named parts of the path when it fits, each a UUID. */
function paramsOf(pattern: string, path: string): Record<string, string> | undefined {
  const wanted = pattern.split("/");
  const given = path.split("/");
  if (wanted.length !== given.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const name = /^\{(\w+)\}$/.exec(part)?.[1];
    const value = given[index] ?? "";
    if (name === undefined ? value !== part : !v.is(uuid, value)) return undefined;
    if (name !== undefined) params[name] = value;
  }
  return params;
}
