import type { DebuggingAnswer } from "../display.ts";
import { fingerprint } from "./fingerprint.ts";
import type { KeyRing } from "./key-ring.ts";
import { command, maxPayload, oldestVersion, type Packet, versionWithoutChecksum } from "./packet.ts";
import { decodePublicKey } from "./public-key.ts";
import type { OpenService } from "./service.ts";
import { makeStreamTable, type StreamTable } from "./stream-table.ts";
import type { Wire } from "./wire.ts";

/** What one ADB connection needs of its phone. */
export interface ConnectionOptions {
  wire: Wire;
  /** What CNXN answers, `device::key=value;…;features=…`. */
  banner: string;
  /** Features in the banner; one is used when the computer knows it too. */
  features: readonly string[];
  /** Whether computers must show a key (`ro.adb.secure`); looked at for each CNXN. */
  readonly isSecure: boolean;
  keyRing: KeyRing;
  askDebugging(request: {
    fingerprint: string;
    keyName: string;
    signal: AbortSignal;
  }): Promise<DebuggingAnswer>;
  openService: OpenService;
  /** 20 random bytes. */
  makeToken(): Uint8Array;
  /** Told of an error that is no expected failure; the connection goes on. */
  onBug: (error: unknown) => void;
}

/** AUTH's arg0. */
export const authType = { token: 1, signature: 2, publicKey: 3 } as const;

/** Packets that may wait for a computer that does not read; with more of them, its own wait too. */
const mostWaitingPackets = 1024;

/**
 * Serves one computer on one wire until it is gone. What makes no sense gets what adbd gives it (AOSP `adb.cpp`,
 * `handle_packet`): `testing/bad-packets` has the table.
 */
export async function serveConnection(options: ConnectionOptions): Promise<void> {
  const { wire, keyRing } = options;
  /** Undefined: not let in, or not connected. */
  let streams: StreamTable | undefined;
  /** What the next signature has to be of. */
  let token: Uint8Array | undefined;
  let dialog: AbortController | undefined;
  let version = oldestVersion;
  let peerMaxPayload = maxPayload;
  let peerFeatures = new Set<string>();

  let waitingPackets = 0;
  let packetLeft: (() => void) | undefined;

  async function send(packet: Packet): Promise<void> {
    waitingPackets += 1;
    try {
      await wire.write(packet, { withChecksum: version < versionWithoutChecksum });
    } finally {
      waitingPackets -= 1;
      packetLeft?.();
    }
  }
  const mustWait = () => waitingPackets >= mostWaitingPackets;
  /** Settles once the computer reads again. */
  async function waitForReader(): Promise<void> {
    while (mustWait()) {
      await new Promise<void>((resolve) => (packetLeft = resolve));
    }
  }
  const post = (code: number, arg0: number, arg1: number, payload: Uint8Array) =>
    // A broken wire ends `wire.read` below.
    void send({ command: code, arg0, arg1, payload }).catch(() => undefined);

  function goOffline(): void {
    const left = streams;
    streams = undefined;
    left?.close();
    dialog?.abort();
  }

  function goOnline(): void {
    streams ??= makeStreamTable({
      hasDelayedAcks: options.features.includes("delayed_ack") && peerFeatures.has("delayed_ack"),
      maxPayload: peerMaxPayload,
      openService: options.openService,
      send,
      onBug: options.onBug,
    });
    post(command.connect, versionWithoutChecksum, peerMaxPayload, new TextEncoder().encode(options.banner));
  }

  function askForSignature(): void {
    token = options.makeToken();
    post(command.auth, authType.token, 0, token);
  }

  function handleConnect(packet: Packet): void {
    goOffline();
    // Signed, as adbd reads it.
    version = Math.min(versionWithoutChecksum, packet.arg0 | 0);
    peerMaxPayload = Math.min(maxPayload, packet.arg1);
    peerFeatures = readFeatures(packet.payload);
    if (options.isSecure) askForSignature();
    else goOnline();
  }

  /** Whether the computer is in already plays no part, as in adbd. */
  function handleAuth(packet: Packet): void {
    if (packet.arg0 === authType.signature) {
      dialog?.abort();
      if (token && keyRing.hasSigned(token, packet.payload)) goOnline();
      else askForSignature();
    } else if (packet.arg0 === authType.publicKey) {
      dialog?.abort();
      dialog = new AbortController();
      askPerson(packet.payload, dialog.signal).catch(options.onBug);
    }
  }

  /**
   * "No" sends nothing, and the computer stays unauthorised until it connects anew. So on Android: its
   * `AdbDebuggingManager` answers "NO", and `libadbd_auth` only forgets the prompt (AOSP
   * `frameworks/native/libs/adbd_auth/adbd_auth.cpp`); adbd itself is never told.
   */
  async function askPerson(payload: Uint8Array, signal: AbortSignal): Promise<void> {
    const key = decodePublicKey(payload);
    if (!key) return;
    const answer = await options
      .askDebugging({ fingerprint: fingerprint(key), keyName: key.name, signal })
      .catch((error: unknown) => {
        if (!signal.aborted) throw error;
        return "deny" as const;
      });
    if (signal.aborted || answer === "deny") return;
    if (answer === "allow-always") keyRing.remember(key);
    goOnline();
  }

  for (;;) {
    await waitForReader();
    const packet = await wire.read();
    if (!packet) break;
    // Longer than both agreed on: read and left out, as by adbd's `check_header`.
    if (packet.payload.byteLength > peerMaxPayload) continue;
    // There is no TLS here: what comes next could not be read, and adbd ends a wire whose handshake fails.
    if (packet.command === command.startTls) break;
    if (packet.command === command.connect) handleConnect(packet);
    else if (packet.command === command.auth) handleAuth(packet);
    else streams?.handle(packet);
  }
  goOffline();
}

/** `host::features=a,b;…`, perhaps with a zero byte at its end. */
function readFeatures(banner: Uint8Array): Set<string> {
  const text = new TextDecoder().decode(banner).replace(/\0+$/, "");
  const properties = text.split("::")[1]?.split(";") ?? [];
  const features = properties.find((property) => property.startsWith("features="));
  return new Set(features?.slice("features=".length).split(","));
}
