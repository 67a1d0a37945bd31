import type { CommandType } from "../protocol/command.ts";
import type { Fault } from "../protocol/fault.ts";
import { makeAudit } from "./audit/audit.ts";
import { startRetention } from "./audit/retention.ts";
import { makeRefusals } from "./audit/refusals.ts";
import type { FarmTokens } from "./auth/authenticate.ts";
import type { Credentials } from "./auth/credentials.ts";
import { makeGatekeeper } from "./auth/gatekeeper.ts";
import type { JwtVerifier } from "./auth/jwt.ts";
import { lackOfRole, mayShell } from "./auth/rights.ts";
import { makeWorkerSeats } from "./auth/worker-seats.ts";
import type { Clock } from "./clock.ts";
import { makeCommands } from "./commands/commands.ts";
import { makeControl } from "./control/control.ts";
import { keepDiscreet } from "./control/discreet-audit.ts";
import type { DoorNeeds } from "./door.ts";
import { makeGroups } from "./groups/groups.ts";
import { makeJobs } from "./jobs/jobs.ts";
import { makeLeases } from "./leases/leases.ts";
import { makeLimits } from "./limits/limits.ts";
import type { Log } from "./log.ts";
import type { Metrics } from "./metrics/metrics.ts";
import { makeDeviceRegistry } from "./presence/device-registry.ts";
import { makePresence } from "./presence/presence.ts";
import { dashboardRoom, deviceRoom, workerRoom } from "./rooms.ts";
import type { FarmSettings } from "./settings.ts";
import type { Store } from "./store/store.ts";
import { makeStreams } from "./streams/streams.ts";
import type { AccountDesk } from "./supabase/account-desk.ts";
import { startDeviceMirror } from "./supabase/device-mirror.ts";
import type { MirrorPlace } from "./supabase/mirror-place.ts";
import { startOutbox, type AuditSink } from "./supabase/outbox.ts";
import type { ReadMembers } from "./supabase/members.ts";
import { startWorkerAccounts } from "./supabase/worker-accounts.ts";
import type { Wire, Wires } from "./wire.ts";

export interface FarmNeeds {
  wires: Wires;
  store: Store;
  clock: Clock;
  newId: () => string;
  tokens: FarmTokens;
  credentials: Credentials;
  jwt?: JwtVerifier | undefined;
  readMembers?: ReadMembers | undefined;
  /** Where else the trail is kept. */
  auditSink?: AuditSink | undefined;
  /** Where the present state is kept for who cannot reach the relay. */
  mirrorPlace?: MirrorPlace | undefined;
  /** Where workers get accounts, so that they can report there by themselves. */
  accountDesk?: AccountDesk | undefined;
  settings: FarmSettings;
  metrics: Metrics;
  log: Log;
}

export type Features = ReturnType<typeof makeFeatures>;

/** Makes what the relay does, and joins it: who is told of what, and who is asked. Its doors are in `doors/`. */
export function makeFeatures(needs: FarmNeeds) {
  const { wires, store, clock, newId, settings, metrics, log } = needs;
  const { auditSink: sink, mirrorPlace, accountDesk } = needs;
  const audit = makeAudit(store, clock, newId, log);
  const outbox = sink && startOutbox({ store, sink, clock, log });
  const stopRetention = startRetention(store, audit, clock, settings, outbox?.unsentFrom);
  const refusals = makeRefusals(audit, clock);
  const limits = makeLimits(clock);
  const door: DoorNeeds = { log, clock, refusals, eventsPerSecond: settings.eventsPerSecond };
  const seats = makeWorkerSeats(clock);
  const registry = makeDeviceRegistry(store, clock);
  const presence = makePresence(registry, clock, {
    connected({ device_id, serial_number, pc_id, version }) {
      for (const wire of wiresOfWorker(pc_id)) wire.join(deviceRoom(device_id));
      const connected = { device_id, serial_number, pc_id, version };
      wires.emit("/dashboard", dashboardRoom, "device:connected", connected);
      streams.deviceConnected(device_id);
      mirror?.deviceChanged(device_id);
    },
    changed(picture) {
      wires.emit("/dashboard", dashboardRoom, "device:status:update", picture);
      mirror?.deviceChanged(picture.device_id);
    },
    disconnected({ device_id, serial_number, pc_id, version }, reason) {
      for (const wire of wiresOfWorker(pc_id)) wire.leave(deviceRoom(device_id));
      const disconnected = { device_id, serial_number, reason, version };
      wires.emit("/dashboard", dashboardRoom, "device:disconnected", disconnected);
      commands.deviceGone(device_id, reason);
      control.deviceGone(device_id);
      streams.deviceGone(device_id);
      mirror?.deviceChanged(device_id);
      if (reason === "manual") leases.deviceForgotten(device_id);
    },
    workerChanged(status) {
      wires.emit("/dashboard", dashboardRoom, "worker:status", status);
      mirror?.workerChanged(status.pc_id);
    },
  });
  const groups = makeGroups(wires, store, audit, (name) => mirror?.groupChanged(name));
  const mirror =
    mirrorPlace &&
    startDeviceMirror({
      place: mirrorPlace,
      registry,
      workers: () => presence.workers(),
      groups: () => groups.list(),
      clock,
      log,
    });
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
  const streams = makeStreams({
    wires,
    audit,
    clock,
    registry,
    presence,
    metrics,
    limits,
    sendsVideo(pcId) {
      const identity = wiresOfWorker(pcId).at(-1)?.identity;
      return identity?.kind === "worker" ? identity.sendsVideo : undefined;
    },
  });
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
  const workerAccounts =
    accountDesk &&
    startWorkerAccounts({
      desk: accountDesk,
      store,
      clock,
      log,
      messagesPerSecond: settings.fallbackMessagesPerSecond,
      countWorkers: () => presence.workers().length,
      isConnected: (pcId) => seats.find("/worker", pcId) !== undefined,
      tell: (pcId, account) => wires.emit("/worker", workerRoom(pcId), "fallback:account", account),
    });
  const onPcRevoked = (pcId: string): void => workerAccounts?.pcRevoked(pcId);
  const gatekeeper = makeGatekeeper({ ...needs, audit, refusals, seats, onPersonGone, onPcRevoked });
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

  return {
    store,
    clock,
    settings,
    audit,
    outbox,
    mirror,
    workerAccounts,
    door,
    limits,
    seats,
    registry,
    presence,
    groups,
    control,
    commands,
    streams,
    leases,
    gatekeeper,
    jobs,
    close() {
      gatekeeper.close();
      stopRetention();
      outbox?.close();
      mirror?.close();
      workerAccounts?.close();
      control.stop();
      streams.close();
      leases.close();
      commands.close();
      presence.close();
      refusals.close();
    },
  };
}
