import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { describeBug, type Log } from "../log.ts";
import { answerText, type RequestHandler } from "./answer.ts";
import { securityHeaders, strictTransport } from "./security-headers.ts";

export interface FrontNeeds {
  /** Handlers by their exact path, for GET and HEAD. */
  operations: Record<string, RequestHandler>;
  /** Whatever is below `/api/`, for all methods. */
  api: RequestHandler;
  webApp: RequestHandler;
  /** Whether browsers are to come back over TLS only. */
  isTls: boolean;
  /** Which the pages may speak to as well. */
  project: URL | undefined;
  log: Log;
}

/** Everything the relay serves beside Socket.IO, each answer with the security headers. */
export function makeFront({ operations, api, webApp, isTls, project, log }: FrontNeeds): RequestListener {
  const headers = Object.entries({ ...securityHeaders(project), ...(isTls ? strictTransport : {}) });

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    for (const [name, value] of headers) response.setHeader(name, value);
    const [path = "/"] = (request.url ?? "/").split("?", 1);
    if (path.startsWith("/api/")) return api(request, response);
    if (request.method !== "GET" && request.method !== "HEAD") {
      response.setHeader("Allow", "GET, HEAD");
      answerText(response, 405, "Only GET and HEAD are served here.");
      return;
    }
    const operation = Object.hasOwn(operations, path) ? operations[path] : undefined;
    await (operation ?? webApp)(request, response);
  }

  return (request, response) => {
    serve(request, response).catch((bug: unknown) => {
      log(
        `bug: answering ${request.method ?? ""} ${request.url?.split("?", 1)[0] ?? ""}: ${describeBug(bug)}`,
      );
      if (response.headersSent) response.destroy();
      else answerText(response, 500, "The relay failed; its log has the cause.");
    });
  };
}
