import type { IncomingMessage, RequestListener } from "node:http";
import type { Rate } from "../../protocol/token-bucket.ts";
import type { Clock } from "../clock.ts";
import { makeRateLimits } from "../limits/rate-limits.ts";
import type { Log } from "../log.ts";
import type { MemoryWires } from "../memory/memory-wires.ts";
import type { MetricSources, PrometheusMetrics } from "../metrics/prometheus.ts";
import { makeApi } from "../rest/api.ts";
import { makeRoutes } from "../rest/routes.ts";
import { connectScript, identifyScript } from "../rest/script.ts";
import type { Store } from "../store/store.ts";
import type { SupabaseProject } from "../supabase/project.ts";
import { addressOf } from "./caller.ts";
import { makeFront } from "./front.ts";
import { makeOperations } from "./operations.ts";
import { makeWebApp } from "./web-app.ts";

export interface ServicesNeeds {
  /** Wires into the farm for requests. */
  scripts: MemoryWires;
  metrics: PrometheusMetrics;
  sources: MetricSources & { store: Store };
  clock: Clock;
  newId: () => string;
  isStopping(): boolean;
  webDir: string;
  areMetricsOpen: boolean;
  isBehindProxy: boolean;
  isTls: boolean;
  /** Pages are told of it, and may speak to it. */
  project: SupabaseProject | undefined;
  log: Log;
}

/** What one address may ask below `/api/v1`. */
const requestRate: Rate = { perSecond: 100, burst: 500 };

/** Joins everything that is served beside Socket.IO to a running farm. */
export function makeServices(needs: ServicesNeeds): RequestListener {
  const { scripts, metrics, sources, clock, newId, log } = needs;
  const requests = makeRateLimits(
    requestRate,
    `one address asks ${requestRate.perSecond} times a second`,
    clock,
  );
  const addressOfCaller = ({ headers, socket }: IncomingMessage): string =>
    addressOf(headers, socket.remoteAddress ?? "", needs.isBehindProxy);

  return makeFront({
    operations: makeOperations({
      unreadiness() {
        if (needs.isStopping()) return "the relay is stopping";
        return sources.store.health().isWritable ? undefined : "the store cannot be written";
      },
      metrics: { contentType: metrics.contentType, text: () => metrics.expose(sources) },
      areMetricsOpen: needs.areMetricsOpen,
      project: needs.project,
      identify: (request) => identifyScript(scripts, request, addressOfCaller(request)),
    }),
    api: makeApi({
      routes: makeRoutes({ store: sources.store, clock, newId }),
      refusal: (request) => requests.refusal(addressOfCaller(request)),
      connect: (request) => connectScript(scripts, request, addressOfCaller(request)),
    }),
    webApp: makeWebApp(needs.webDir),
    isTls: needs.isTls,
    project: needs.project?.url,
    log,
  });
}
