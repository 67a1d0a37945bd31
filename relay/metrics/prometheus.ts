import { Counter, Gauge, Histogram, Registry } from "prom-client";
import type { Store } from "../store/store.ts";
import { mediaKinds, type MediaKind } from "../../protocol/media-packet.ts";
import type { EventLoopDelay } from "./event-loop-delay.ts";
import type { ConnectionCounts } from "./metered-wires.ts";
import { hopEncodings, hops, type FarmCensus, type Hop, type Metrics } from "./metrics.ts";
import { makeQuantiles, type Quantiles } from "./quantiles.ts";

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
  // Added up outside of the library, for they change with every packet and every viewer of it.
  const packets = {
    in: noCounts(),
    inBytes: noCounts(),
    out: noCounts(),
    outBytes: noCounts(),
    dropped: noCounts(),
  };
  const durations = { jpeg: noDurations(), h264: noDurations() };

  const gauge = (name: string, help: string) => new Gauge({ name, help, registers });
  function packetCounter(name: string, help: string, total: keyof typeof packets): void {
    const counter = new Counter({
      name,
      help,
      labelNames: ["kind"],
      registers: [],
      collect() {
        this.reset();
        for (const kind of mediaKinds) this.inc({ kind }, packets[total][kind]);
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
  packetCounter("tabfarm_packets_in_total", "Pictures, video and sound from workers, by kind.", "in");
  packetCounter("tabfarm_packet_bytes_in_total", "Their bytes.", "inBytes");
  packetCounter("tabfarm_packets_out_total", "Those to viewers, each viewer counted for itself.", "out");
  packetCounter("tabfarm_packet_bytes_out_total", "Their bytes.", "outBytes");
  packetCounter(
    "tabfarm_packets_dropped_total",
    "Those a viewer was not sent, for a newer one had come or it is too slow.",
    "dropped",
  );
  const cached = gauge("tabfarm_streams_cached_bytes", "What is kept of streams for viewers that come late.");
  const hopSeconds = new Gauge({
    name: "tabfarm_hop_seconds",
    help: "What pictures took on each part of their way since the last scrape.",
    labelNames: ["hop", "encoding", "quantile"],
    registers,
  });
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
  const unsent = gauge("tabfarm_audit_unsent_rows", "Rows of the audit trail that Supabase has not got yet.");
  const unsentAge = gauge("tabfarm_audit_unsent_oldest_seconds", "Age of the oldest of them.");
  const setAside = gauge("tabfarm_audit_set_aside_rows", "Rows that Supabase refused since the start.");
  const lostRows = gauge(
    "tabfarm_audit_unsent_lost_rows",
    "Rows pruned before they were sent, since the start.",
  );
  const unmirrored = gauge("tabfarm_unmirrored_devices", "Devices whose status Supabase has not got yet.");
  const resident = gauge("process_resident_memory_bytes", "Memory of the process.");
  const heap = gauge("nodejs_heap_size_used_bytes", "JavaScript's part of it.");
  const cpu = new Counter({
    name: "process_cpu_seconds_total",
    help: "CPU time of the process.",
    registers,
  });

  /** A part of the way that no picture went since the last scrape has no line. */
  function tellHops(): void {
    hopSeconds.reset();
    for (const hop of hops) {
      for (const encoding of hopEncodings) {
        const taken = durations[encoding][hop];
        for (const share of [0.5, 0.95]) {
          const ms = taken.quantile(share);
          if (ms !== undefined) hopSeconds.set({ hop, encoding, quantile: String(share) }, ms / 1000);
        }
        taken.reset();
      }
    }
  }

  return {
    contentType: registry.contentType,
    packetIn(kind, bytes) {
      packets.in[kind] += 1;
      packets.inBytes[kind] += bytes;
    },
    packetOut(kind, bytes) {
      packets.out[kind] += 1;
      packets.outBytes[kind] += bytes;
    },
    packetDropped(kind) {
      packets.dropped[kind] += 1;
    },
    hop: (hop, encoding, durationMs) => durations[encoding][hop].add(durationMs),
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
      cached.set(census.streamsCachedBytes);
      tellHops();
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
      if (census.auditLag !== undefined) {
        unsent.set(census.auditLag.rows);
        unsentAge.set(census.auditLag.oldestMs / 1000);
        setAside.set(census.auditLag.setAside);
        lostRows.set(census.auditLag.lost);
      }
      if (census.devicesUnmirrored !== undefined) unmirrored.set(census.devicesUnmirrored);
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

function noCounts(): Record<MediaKind, number> {
  return { jpeg: 0, key: 0, delta: 0, still: 0, "sound-start": 0, sound: 0 };
}

function noDurations(): Record<Hop, Quantiles> {
  return {
    capture: makeQuantiles(),
    engine: makeQuantiles(),
    uplink: makeQuantiles(),
    relay: makeQuantiles(),
    downlink: makeQuantiles(),
    decode: makeQuantiles(),
    paint: makeQuantiles(),
    total: makeQuantiles(),
  };
}
