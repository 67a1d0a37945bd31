import { isTerminal, type CommandAck, type CommandDeliver } from "../../protocol/command.ts";
import { startSharing } from "./budget/sharing.ts";
import type { CommandMemory } from "./commands/command-memory.ts";
import { deviceIdOf } from "../../protocol/device-id.ts";
import type {
  DeviceReport,
  EngineReport,
  EngineRequest,
  FallbackReport,
  RelayLinkState,
} from "../../protocol/engine.ts";
import type { Heartbeat } from "../../protocol/heartbeat.ts";
import { makeOpenLink } from "./device/adb-link.ts";
import { makeDeviceSession, type DeviceSession } from "./device/device-session.ts";
import { makeSharedKeys } from "./device/shared-keys.ts";
import { makeFallback } from "./fallback/fallback.ts";
import { relayAnswers } from "./fallback/relay-answers.ts";
import type { EnginePlatform } from "./platform.ts";
import { makeRateMeter } from "./rate-meter.ts";
import { heartbeatOf, newsBetween, type PresentDevice } from "./relay-link/heartbeat.ts";
import { startHeartbeatTimer } from "./relay-link/heartbeat-timer.ts";
import { openRelayLink, type RelayLink } from "./relay-link/relay-link.ts";
import { startReporter } from "./report/reporter.ts";
import { localNowMs } from "./local-clock.ts";
import { demandOf } from "./screen/demand.ts";
import { mediaPacketOf } from "./screen/media-piece.ts";
import { makeStreams } from "./streams.ts";
import { makeFleet, type FleetMember } from "./usb/fleet.ts";
import { holdWorkerLock } from "./worker-lock.ts";

export type StartRequest = Extract<EngineRequest, { type: "start" }>;

export interface WorkerSurroundings {
  usb: USB | undefined;
  post(report: EngineReport): void;
}

/** The worker of one PC, from "start" to "stop". */
export interface RunningWorker {
  claim(serialNumber: string | undefined): void;
  setMayReboot(mayReboot: boolean): void;
  /** Takes the place of the worker that the relay has for this PC. */
  takeOver(): void;
  /** Lets go of everything; the last report says so. */
  stop(): Promise<void>;
}

/** Joins the parts: the fleet of devices, the relay and the page. This is the only place that knows them all. */
export function startWorker(
  request: StartRequest,
  surroundings: WorkerSurroundings,
  platform: EnginePlatform,
): RunningWorker {
  const { usb } = surroundings;
  const { pcId, relayUrl, token } = request;
  const life = new AbortController();
  /** From here on nothing is opened any more; `life` ends only when everything is closed. */
  let isStopping = false;
  const meter = makeRateMeter();
  const ended = { completed: 0, failed: 0 };
  let relay: RelayLinkState = { kind: "connecting", sinceMs: Date.now(), attempt: 1 };
  let fallbackReport: FallbackReport | undefined;
  let { mayReboot } = request;
  let link: RelayLink | undefined;

  const reporter = startReporter(() =>
    surroundings.post({
      type: "report",
      relay,
      ...(fallbackReport !== undefined && { fallback: fallbackReport }),
      devices: members().map(deviceReportOf),
      throughput: { ...meter.read(), commandsCompleted: ended.completed, commandsFailed: ended.failed },
      isUsbMissing: usb === undefined,
    }),
  );
  let lastTold: Heartbeat["devices"] = [];
  const heartbeats = startHeartbeatTimer({
    // A tap is over before its heartbeat: the device was busy and is ready again.
    news: () => newsBetween(lastTold, heartbeatOf(pcId, Date.now(), present()).devices),
    send: () => {
      // After a reload an empty one would tell the relay that every phone had been pulled.
      if (fleet?.hasLooked() === false) return false;
      const told = present();
      const heartbeat = heartbeatOf(pcId, Date.now(), told);
      if (link?.sendHeartbeat(heartbeat) !== true) return false;
      lastTold = heartbeat.devices;
      // The relay now knows that these are gone, and asks again for what is watched when they are back.
      for (const { serialNumber, state } of told) if (state.kind === "lost") streams.stop(serialNumber);
      return true;
    },
  });
  const linkNeeds = {
    keys: makeSharedKeys(platform.openKeys(request.keyName)),
    serverProgram: platform.serverProgramFor(relayUrl),
  };
  const fleet =
    usb && makeFleet({ usb, makeSession, onChange, openLinkOf: (device) => makeOpenLink(device, linkNeeds) });
  const streams = makeStreams((serialNumber, stream) => {
    fleet?.memberOf(serialNumber)?.session.watch(stream && demandOf(stream));
    reporter.soon();
  });

  const fallback = makeFallback({
    pcId,
    makePlace: platform.makeFallbackPlace,
    devices: () =>
      fleet?.hasLooked() === false ? undefined : heartbeatOf(pcId, Date.now(), present()).devices,
    isRelayThere: () => relayAnswers(relayUrl),
    onRelayThere: () => link?.hurry(),
    onReport: (next) => {
      fallbackReport = next;
      reporter.soon();
    },
  });

  const sharing = startSharing({
    takeShutShare: () => link?.takeShutShare() ?? 0,
    onShares: (shares) => {
      for (const { session } of members()) session.setShares(shares);
    },
  });
  let firstServed = 0;

  function members(): FleetMember[] {
    return (fleet?.members() ?? []).toSorted((a, b) => a.serialNumber.localeCompare(b.serialNumber));
  }

  function present(): PresentDevice[] {
    return members().map((member) => ({ ...member, state: member.session.state() }));
  }

  function onChange(): void {
    reporter.soon();
    heartbeats.soon();
  }

  function setRelay(state: RelayLinkState): void {
    relay = state;
    fallback.relayIs(state);
    reporter.soon();
  }

  function sendAck(ack: CommandAck): void {
    if (isTerminal(ack.status)) ended[ack.status] += 1;
    link?.sendAck(ack);
  }

  function onCommand(command: CommandDeliver): void {
    const member = fleet?.memberOf(command.serial_number);
    if (member !== undefined) {
      member.session.command(command);
      return;
    }
    const { command_id, device_id } = command;
    sendAck({ command_id, device_id, status: "failed", error: "this PC has no such device" });
  }

  function makeSession(serialNumber: string): DeviceSession {
    const session = makeDeviceSession({
      memory: platform.commandMemory,
      mayReboot: () => mayReboot,
      onChange,
      sendAck,
      view: {
        makeDecoder: platform.makeDecoder,
        jpegEncoder: platform.jpegEncoder,
        decodePng: platform.decodePng,
        nowMs: localNowMs,
        isWireFree: (isFocus) => link?.isMediaFree(isFocus) === true,
        load: sharing.loadOf(serialNumber),
        turns: sharing.turns,
        tell: (status) => {
          const stream = streams.of(serialNumber);
          if (stream !== undefined) link?.sendStatus({ device_id: stream.device_id, ...status });
        },
        send: (piece) => {
          const stream = streams.of(serialNumber);
          if (stream === undefined || link === undefined) return false;
          const nowMs = localNowMs();
          const packet = mediaPacketOf(piece, stream.device_id, nowMs, link.relayNowMs() - nowMs);
          if (!link.sendPacket(packet)) return false;
          if (piece.kind !== "still") meter.add(packet.byteLength);
          return true;
        },
      },
    });
    const stream = streams.of(serialNumber);
    session.setShares(sharing.shares());
    session.watch(stream && demandOf(stream));
    return session;
  }

  async function run(): Promise<void> {
    const isHeld = await holdWorkerLock({
      locks: platform.locks,
      pcId,
      signal: life.signal,
      onElsewhere: () => setRelay({ kind: "elsewhere", pcId }),
    });
    if (!isHeld || isStopping) return;
    fleet?.hold();
    const remembersCommands = await isStorageWorking(platform.commandMemory);
    if (isStopping) return;
    link = openRelayLink({
      relayUrl,
      token,
      pcId,
      remembersCommands,
      onState: setRelay,
      onConnected: () => {
        // Whatever it was told before, it may have heard otherwise from somebody else since.
        lastTold = [];
        fleet?.hold();
        heartbeats.now();
      },
      // Who has our place may be another program on this PC, which can claim the phones only when nobody holds them.
      onForbidden: () => void fleet?.letGo(),
      onCommand,
      onFallbackAccount: (account) => fallback.takeAccount(account),
      onControlOpen: ({ device_id, serial_number }) => {
        const sendClipboard = (text: string): void => link?.sendClipboard({ device_id, text });
        fleet?.memberOf(serial_number)?.session.openControl(sendClipboard);
      },
      onControlInput: ({ serial_number, messages }) =>
        fleet?.memberOf(serial_number)?.session.takeControl(new Uint8Array(messages)),
      onControlClose: ({ serial_number }) => fleet?.memberOf(serial_number)?.session.closeControl(),
      onControlLost: () => {
        for (const { session } of fleet?.members() ?? []) session.closeControl();
      },
      onStreamStart: (stream) => streams.start(stream),
      onStreamStop: (stream) => streams.stop(stream.serial_number),
      onStreamRefresh: ({ serial_number }) => fleet?.memberOf(serial_number)?.session.refresh(),
      onStreamsLost: () => streams.stopAll(),
      onMediaFree: () => {
        // Another one first each time, or the last ones would never find room.
        firstServed += 1;
        const all = members();
        const first = firstServed % Math.max(1, all.length);
        for (const { session } of [...all.slice(first), ...all.slice(0, first)]) session.onWireFree();
      },
      onMediaNew: () => {
        for (const { session } of members()) session.onWireNew();
      },
    });
  }

  void run();
  return {
    claim: (serialNumber) => fleet?.claim(serialNumber),
    setMayReboot: (next) => (mayReboot = next),
    takeOver: () => link?.takeOver(),
    stop: async () => {
      isStopping = true;
      heartbeats.stop();
      fallback.close();
      sharing.stop();
      streams.stopAll();
      link?.close();
      await fleet?.letGo();
      // Last: whoever waits for the lock finds the devices free.
      life.abort();
      relay = { kind: "stopped" };
      reporter.stop();
    },
  };
}

/** Storage that is refused, full or broken says so when it is asked. */
function isStorageWorking(memory: CommandMemory): Promise<boolean> {
  return memory.recall("", "").then(
    () => true,
    () => false,
  );
}

function deviceReportOf({ serialNumber, productName, manufacturerName, session }: FleetMember): DeviceReport {
  const stream = session.stream();
  return {
    serialNumber,
    deviceId: deviceIdOf(serialNumber),
    productName,
    manufacturerName,
    state: session.state(),
    recovery: session.recovery(),
    ...(stream !== undefined && { stream }),
  };
}
