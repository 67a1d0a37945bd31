import type { IncomingMessage } from "node:http";
import type { Result } from "../../protocol/fault.ts";
import { publicPartOf, type SupabaseProject } from "../supabase/project.ts";
import { answer, answerJson, answerText, type RequestHandler } from "./answer.ts";
import { isFromThisMachine } from "./caller.ts";

/** What whoever keeps the relay running may ask. */
export interface OperationsNeeds {
  /** Why the relay cannot do its work now; undefined when it can. */
  unreadiness(): string | undefined;
  metrics: { contentType: string; text(): Promise<string> };
  /** Metrics for everybody, not only for this machine and for those with a dashboard's token. */
  areMetricsOpen: boolean;
  project: SupabaseProject | undefined;
  /** Succeeds for a request with a dashboard's token. */
  identify(request: IncomingMessage): Promise<Result<unknown>>;
}

/** By path. */
export function makeOperations(needs: OperationsNeeds): Record<string, RequestHandler> {
  const { metrics, areMetricsOpen, project } = needs;
  return {
    "/healthz": (_, response) => answerText(response, 200, "ok"),
    "/readyz"(_, response) {
      const reason = needs.unreadiness();
      if (reason === undefined) answerJson(response, 200, { ready: true });
      else answerJson(response, 503, { ready: false, reason });
    },
    ...(project && { "/supabase.json": (_, response) => answerJson(response, 200, publicPartOf(project)) }),
    async "/metrics"(request, response) {
      const isFree = areMetricsOpen || isFromThisMachine(request);
      const identified = isFree ? undefined : await needs.identify(request);
      if (identified?.ok === false) {
        response.setHeader("WWW-Authenticate", "Bearer");
        answerJson(response, 401, identified.fault);
      } else answer(response, 200, metrics.contentType, await metrics.text());
    },
  };
}
