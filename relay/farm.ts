import { contract } from "../protocol/contract.ts";
import type { CommandType } from "../protocol/command.ts";
import { fail, succeed, type Fault } from "../protocol/fault.ts";
import { authorOf, makeAudit } from "./audit/audit.ts";
import { startRetention } from "./audit/retention.ts";
import { queryTrail } from "./audit/trail-query.ts";
import { makeRefusals } from "./audit/refusals.ts";
import type { FarmTokens } from "./auth/authenticate.ts";
import type { Credentials } from "./auth/credentials.ts";
import { makeGatekeeper } from "./auth/gatekeeper.ts";
import type { WorkerIdentity } from "./auth/identity.ts";
import type { JwtVerifier } from "./auth/jwt.ts";
import { lackOfRole, mayShell } from "./auth/rights.ts";
import { makeWorkerSeats } from "./auth/worker-seats.ts";
import { isoTimeOf, type Clock } from "./clock.ts";
import { makeCommands } from "./commands/commands.ts";
import { makeControl } from "./control/control.ts";
import { keepDiscreet } from "./control/discreet-audit.ts";
import { guardDoor } from "./door.ts";
import { makeGroups } from "./groups/groups.ts";
import { makeJobs } from "./jobs/jobs.ts";
import { makeLeases } from "./leases/leases.ts";
import { makeLimits } from "./limits/limits.ts";
import type { Log } from "./log.ts";
import type { FarmCensus, Metrics } from "./metrics/metrics.ts";
import { makeDeviceRegistry, unknownDevice } from "./presence/device-registry.ts";
import { makePresence } from "./presence/presence.ts";
import { actorRoom, dashboardRoom, deviceRoom, workerRoom } from "./rooms.ts";
import type { FarmSettings } from "./settings.ts";
import type { Store } from "./store/store.ts";
import { makeStreams } from "./streams/streams.ts";
import { isDashboard, type DashboardWire, type Wire, type Wires } from "./wire.ts";

export interface FarmNeeds {
  wires: Wires;
  store: Store;
  clock: Clock;
  newId: () => string;
  tokens: FarmTokens;
  credentials: Credentials;
  jwt?: JwtVerifier | undefined;
  settings: FarmSettings;
  metrics: Metrics;
  log: Log;
}

/** The relay behind its wires: who is let in, and which feature serves which event. */
export interface Farm {
  census(): FarmCensus;
  /** Ends every timer and records what was under way. Wires and store are closed by whoever made them. */
  close(): void;
}

export function makeFarm(needs: FarmNeeds): Farm {
  const { wires, store, clock, newId, settings, metrics, log } = needs;
  const audit = makeAudit(store, clock, newId, log);
  const stopRetention = startRetention(store, audit, clock, settings);
  const refusals = makeRefusals(audit, clock);
  const limits = makeLimits(clock);
  const door = { log, clock, refusals, eventsPerSecond: settings.eventsPerSecond };
  const seats = makeWorkerSeats(clock);
  const registry = makeDeviceRegistry(store, clock);
  const presence = makePresence(registry, clock, {
    connected({ device_id, serial_number, pc_id, version }) {
      for (const wire of wiresOfWorker(pc_id)) wire.join(deviceRoom(device_id));
      const connected = { device_id, serial_number, pc_id, version };
      wires.emit("/dashboard", dashboardRoom, "device:connected", connected);
      streams.deviceConnected(device_id);
    },
    changed: (picture) => wires.emit("/dashboard", dashboardRoom, "device:status:update", picture),
    disconnected({ device_id, serial_number, pc_id, version }, reason) {
      for (const wire of wiresOfWorker(pc_id)) wire.leave(deviceRoom(device_id));
      const disconnected = { device_id, serial_number, reason, version };
      wires.emit("/dashboard", dashboardRoom, "device:disconnected", disconnected);
      commands.deviceGone(device_id, reason);
      control.deviceGone(device_id);
      streams.deviceGone(device_id);
      if (reason === "manual") leases.deviceForgotten(device_id);
    },
    workerChanged: (status) => wires.emit("/dashboard", dashboardRoom, "worker:status", status),
  });
  const groups = makeGroups(wires, store, audit);
  const control = makeControl({
    wires,
    audit,
    clock,
    registry,
    presence,
    limit: limits.control,
    refusal: refusedDrive,
  });
  const commands = makeCommands({
    wires,
    store,
    audit: keepDiscreet(audit, control),
    clock,
    registry,
    presence,
    metrics,
    groups,
    settings,
    log,
    refusal: (wire, { command_type: type }, deviceId) =>
      // The limit last: what is refused for another reason uses nothing up.
      refusedShell(wire, type) ?? refusedDrive(wire, deviceId) ?? limits.commands.refusal(deviceId),
  });
  const streams = makeStreams({ wires, audit, clock, registry, presence, metrics, limit: limits.frames });
  const leases = makeLeases({
    wires,
    store,
    audit,
    clock,
    registry,
    settings,
    onHeld: (deviceId, actor) => control.deviceHeld(deviceId, actor),
  });
  const onPersonGone = (actor: string): void => leases.dropAllOf(actor);
  const gatekeeper = makeGatekeeper({ ...needs, audit, refusals, seats, onPersonGone });
  const jobs = makeJobs(wires, audit, presence);

  function refusedShell({ identity }: Wire, type: CommandType): Fault | undefined {
    if (type !== "shell" || identity.kind !== "dashboard" || mayShell(identity.role, settings))
      return undefined;
    return lackOfRole(identity.role, "admin", "shell");
  }

  /** Also extends the lease of a holder: it uses the device. */
  function refusedDrive({ identity }: Wire, deviceId: string): Fault | undefined {
    return leases.drive(identity.actor, deviceId);
  }

  function wiresOfWorker(pcId: string): Wire[] {
    return [seats.find("/worker", pcId), seats.find("/stream", pcId)].filter((wire) => wire !== undefined);
  }

  function joinWorkerRooms(wire: Wire, pcId: string): void {
    wire.join(workerRoom(pcId));
    for (const { picture } of presence.devicesOf(pcId)) wire.join(deviceRoom(picture.device_id));
  }

  function serveWorker(wire: Wire, identity: WorkerIdentity): void {
    const { pcId } = identity;
    joinWorkerRooms(wire, pcId);
    presence.workerConnected(pcId);
    commands.workerConnected(wire, identity);
    wire.onClose(() => presence.workerLeft(pcId));
    guardDoor(
      wire,
      contract["/worker"].toRelay,
      {
        "auth:renew": ({ token }) => gatekeeper.renew(wire, token),
        "worker:heartbeat"(heartbeat) {
          if (heartbeat.pc_id !== pcId) {
            return fail("FORBIDDEN", `this connection speaks for ${pcId}, not for ${heartbeat.pc_id}`);
          }
          const tooMany = limits.heartbeats.refusal(pcId);
          if (tooMany !== undefined) return { ok: false, fault: tooMany };
          if (presence.heartbeat(heartbeat)) {
            const serial_numbers = heartbeat.devices.map(({ serial_number }) => serial_number);
            const details = { pc_id: pcId, serial_numbers };
            audit.record(authorOf(wire), { event: "worker:heartbeat", outcome: "devices changed", details });
          }
          commands.workerReported(pcId);
          wire.emit("worker:heartbeat:ack", {
            received_at: isoTimeOf(clock.now()),
            pending_commands: commands.pendingCount(pcId),
          });
          return succeed({});
        },
        "command:ack": (ack) => commands.acknowledge(wire, pcId, ack),
        "job:progress": (news) => jobs.tell(wire, pcId, "job:progress", news),
        "job:completed": (news) => jobs.tell(wire, pcId, "job:completed", news),
        "job:failed": (news) => jobs.tell(wire, pcId, "job:failed", news),
      },
      door,
    );
    control.workerConnected(pcId);
  }

  function serveDashboard(wire: DashboardWire): void {
    let hasListed = false;
    wire.onClose(() => control.wireLeft(wire));
    if (!wire.isScript) {
      wire.join(dashboardRoom);
      wire.join(actorRoom(wire.identity.actor));
      for (const { picture } of registry.list()) wire.emit("device:status:update", picture);
    }
    guardDoor(
      wire,
      contract["/dashboard"].toRelay,
      {
        "device:list"() {
          // A page asks again every minute: once is enough to know that it looked.
          if (!hasListed) audit.record(authorOf(wire), { event: "device:list", outcome: "ok" });
          hasListed = true;
          const { actor, role } = wire.identity;
          return succeed({
            devices: registry.list().map(({ picture }) => picture),
            workers: presence.workers(),
            now: isoTimeOf(clock.now()),
            actor,
            role,
            may_shell: mayShell(role, settings),
            leases: leases.list(),
            groups: groups.list(),
          });
        },
        "device:remove"({ device_id: deviceId }) {
          const removed = presence.remove(deviceId);
          if (removed === undefined) return unknownDevice(deviceId);
          const { serial_number, pc_id } = removed;
          audit.record(authorOf(wire), {
            event: "device:remove",
            deviceId,
            outcome: "ok",
            details: { serial_number, pc_id },
          });
          return succeed({});
        },
        "auth:renew": ({ token }) => gatekeeper.renew(wire, token),
        "lease:take": ({ device_id, take_over }) => leases.take(wire, device_id, take_over === true),
        "lease:drop": ({ device_id }) => leases.drop(wire, device_id),
        "command:send": (command, turn) => commands.send(wire, command, turn),
        "command:watch": (request, turn) => commands.watch(wire, request, turn),
        ...groups.handlers(wire),
        "control:open": (request) => control.open(wire, request),
        "control:input": (input) => control.input(wire, input),
        "control:close": ({ device_id }) => control.close(wire, device_id),
        "audit:query": (query) => queryTrail(store, audit, authorOf(wire), query),
      },
      door,
    );
  }

  function serveWorkerStream(wire: Wire, { pcId }: WorkerIdentity): void {
    joinWorkerRooms(wire, pcId);
    guardDoor(
      wire,
      contract["/stream"].workerToRelay,
      {
        "auth:renew": ({ token }) => gatekeeper.renew(wire, token),
        "stream:frame": (frame) => streams.frame(pcId, frame),
      },
      door,
    );
    streams.workerConnected(pcId);
  }

  function serveViewer(wire: Wire): void {
    wire.onClose(() => streams.viewerLeft(wire));
    guardDoor(
      wire,
      contract["/stream"].dashboardToRelay,
      {
        "auth:renew": ({ token }) => gatekeeper.renew(wire, token),
        "stream:start": (request) => streams.start(wire, request),
        "stream:stop": ({ device_id }) => streams.stop(wire, device_id),
      },
      door,
    );
  }

  /** False when two connections for one `pc_id` were admitted in the same moment and this is the later one. */
  function takeSeat(wire: Wire, identity: WorkerIdentity): boolean {
    if (wire.namespace === "/dashboard") return true;
    const taken = seats.take(wire.namespace, wire, identity);
    if (!taken.ok) {
      wire.emit("error", taken.fault);
      wire.close();
      return false;
    }
    if (taken.value.dismissed > 0) {
      const details = { pc_id: identity.pcId, namespace: wire.namespace };
      audit.record(authorOf(wire), { event: "worker:take-over", outcome: "ok", details });
    }
    return true;
  }

  function tellComingAndGoing(wire: Wire): void {
    const author = authorOf(wire);
    const name = `${author.actor} on ${wire.namespace}`;
    audit.record(author, { event: "connect", outcome: "ok", details: { namespace: wire.namespace } });
    if (wire.namespace !== "/stream") log(`${name} connected from ${wire.address}`);
    wire.onClose(() => {
      audit.record(author, { event: "disconnect", outcome: "ok", details: { namespace: wire.namespace } });
      if (wire.namespace !== "/stream") log(`${name} left`);
    });
  }

  wires.open({
    admit: (caller) => gatekeeper.admit(caller),
    connect(wire) {
      const { identity } = wire;
      if (identity.kind === "worker" && !takeSeat(wire, identity)) return;
      gatekeeper.add(wire);
      if (!wire.isScript) tellComingAndGoing(wire);
      if (identity.kind === "worker") {
        if (wire.namespace === "/stream") serveWorkerStream(wire, identity);
        else serveWorker(wire, identity);
      } else if (wire.namespace === "/stream") serveViewer(wire);
      else if (isDashboard(wire)) serveDashboard(wire);
    },
  });

  return {
    census: () => ({
      devices: registry.list().map(({ picture }) => picture),
      streamsWatched: streams.watchedCount(),
      commandsPending: presence
        .workers()
        .reduce((sum, { pc_id: pcId }) => sum + commands.pendingCount(pcId), 0),
    }),
    close() {
      gatekeeper.close();
      stopRetention();
      control.stop();
      streams.close();
      leases.close();
      commands.close();
      presence.close();
      refusals.close();
    },
  };
}
