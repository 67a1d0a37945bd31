import { Counter, Gauge, Histogram, Registry } from "prom-client";
import type { Store } from "../store/store.ts";
import type { EventLoopDelay } from "./event-loop-delay.ts";
import type { ConnectionCounts } from "./metered-wires.ts";
import type { FarmCensus, Metrics } from "./metrics.ts";

/** The relay's metrics in Prometheus' text format. Every label has a short list of values: no ids, no names. */
export interface PrometheusMetrics extends Metrics {
  readonly contentType: string;
  expose(sources: MetricSources): Promise<string>;
}

/** Where to look for what nobody tells. */
export interface MetricSources {
  farm: { census(): FarmCensus };
  wires: { counts(): ConnectionCounts };
  store: Pick<Store, "health" | "countAuditEvents">;
  eventLoop: EventLoopDelay;
}

const commandBuckets = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120];

export function makePrometheusMetrics(): PrometheusMetrics {
  const registry = new Registry();
  const registers = [registry];
  // Added up outside of the library, for they change with every frame and every viewer of it.
  const frames = { in: 0, inBytes: 0, out: 0, outBytes: 0, dropped: 0 };

  const gauge = (name: string, help: string) => new Gauge({ name, help, registers });
  function frameCounter(name: string, help: string, total: keyof typeof frames): void {
    const counter = new Counter({
      name,
      help,
      registers: [],
      collect() {
        this.reset();
        this.inc(frames[total]);
      },
    });
    registry.registerMetric(counter);
  }

  const workers = gauge("tabfarm_workers_connected", "Workers with a connection.");
  const dashboards = gauge("tabfarm_dashboards_connected", "Connections of dashboards.");
  const viewers = gauge("tabfarm_viewers_connected", "Connections that may watch streams.");
  const streams = gauge("tabfarm_streams_watched", "Devices that at least one viewer watches.");
  const pending = gauge(
    "tabfarm_commands_pending",
    "Targets of commands that were accepted and have not ended.",
  );
  const devices = new Gauge({
    name: "tabfarm_devices",
    help: "Devices the relay remembers, by status and health.",
    labelNames: ["status", "health"],
    registers,
  });
  const commands = new Histogram({
    name: "tabfarm_command_seconds",
    help: "From a command's acceptance to its end, each target by itself, by outcome.",
    labelNames: ["outcome"],
    buckets: commandBuckets,
    registers,
  });
  frameCounter("tabfarm_frames_in_total", "Frames that came from workers.", "in");
  frameCounter("tabfarm_frame_bytes_in_total", "Their bytes.", "inBytes");
  frameCounter("tabfarm_frames_out_total", "Frames that went to viewers, each counted for itself.", "out");
  frameCounter("tabfarm_frame_bytes_out_total", "Their bytes.", "outBytes");
  frameCounter(
    "tabfarm_frames_dropped_total",
    "Frames whose place a newer one took before they went to a viewer.",
    "dropped",
  );
  const refusals = {
    events: new Counter({
      name: "tabfarm_events_refused_total",
      help: "Events that were answered with a fault, by its code.",
      labelNames: ["code"],
      registers,
    }),
    connections: new Counter({
      name: "tabfarm_connections_refused_total",
      help: "Connections that were not let in, by the fault's code.",
      labelNames: ["code"],
      registers,
    }),
  };
  const delay = new Gauge({
    name: "tabfarm_event_loop_delay_seconds",
    help: "How late the event loop was since the last scrape.",
    labelNames: ["quantile"],
    registers,
  });
  const writable = gauge("tabfarm_store_writable", "1 when the last commit reached the disk.");
  const commit = gauge("tabfarm_store_commit_seconds", "What the last commit took.");
  const waiting = gauge(
    "tabfarm_store_oldest_waiting_seconds",
    "Age of the oldest write that is not on the disk.",
  );
  const auditRows = gauge("tabfarm_audit_rows", "Rows of the audit trail.");
  const resident = gauge("process_resident_memory_bytes", "Memory of the process.");
  const heap = gauge("nodejs_heap_size_used_bytes", "JavaScript's part of it.");
  const cpu = new Counter({
    name: "process_cpu_seconds_total",
    help: "CPU time of the process.",
    registers,
  });

  return {
    contentType: registry.contentType,
    frameIn(bytes) {
      frames.in += 1;
      frames.inBytes += bytes;
    },
    frameOut(bytes) {
      frames.out += 1;
      frames.outBytes += bytes;
    },
    frameDropped() {
      frames.dropped += 1;
    },
    commandEnded: (outcome, durationMs) => commands.observe({ outcome }, durationMs / 1000),
    eventRefused: (code) => refusals.events.inc({ code }),
    connectionRefused: (code) => refusals.connections.inc({ code }),
    expose({ farm, wires, store, eventLoop }) {
      const connected = wires.counts();
      workers.set(connected.workersConnected);
      dashboards.set(connected.dashboardsConnected);
      viewers.set(connected.viewersConnected);
      const census = farm.census();
      streams.set(census.streamsWatched);
      pending.set(census.commandsPending);
      devices.reset();
      for (const { status, health_status: health } of census.devices) devices.inc({ status, health });
      for (const share of [0.5, 0.99]) delay.set({ quantile: String(share) }, eventLoop.quantile(share));
      eventLoop.reset();
      const health = store.health();
      writable.set(health.isWritable ? 1 : 0);
      commit.set(health.lastCommitMs / 1000);
      waiting.set(health.oldestWaitingMs / 1000);
      auditRows.set(store.countAuditEvents());
      const { rss, heapUsed } = process.memoryUsage();
      resident.set(rss);
      heap.set(heapUsed);
      const { user, system } = process.cpuUsage();
      cpu.reset();
      cpu.inc((user + system) / 1e6);
      return registry.metrics();
    },
  };
}
