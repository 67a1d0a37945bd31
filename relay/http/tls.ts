import { X509Certificate } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import type { Server } from "node:http";
import { Server as TlsServer } from "node:https";
import { createSecureContext } from "node:tls";
import { fail, succeed, type Result } from "../../protocol/fault.ts";
import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";

/** Where the certificate (with its chain) and its private key are, in PEM. */
export interface TlsFiles {
  certificate: string;
  key: string;
}

/** Their contents, known to belong together. */
export interface TlsPair {
  cert: Buffer;
  key: Buffer;
}

export const tlsCheckMs = 60_000;

/** Reads both files. A failure is one line for the operator. */
export function readTls(files: TlsFiles): Result<TlsPair> {
  const cert = readPart("certificate", files.certificate);
  if (!cert.ok) return cert;
  const key = readPart("key", files.key);
  if (!key.ok) return key;
  const pair = { cert: cert.value, key: key.value };
  try {
    createSecureContext(pair);
    return succeed(pair);
  } catch (failure) {
    const reason = failure instanceof Error ? failure.message : String(failure);
    return fail(
      "INTERNAL",
      `the TLS certificate ${files.certificate} and the key ${files.key} are of no use together: ${reason}`,
    );
  }
}

/**
 * Has the server use a new certificate once its files change, for it is renewed every few months and the relay runs for
 * longer. Files that are no good, or of which only one was written yet, change nothing and are looked at again when they
 * change. Connections that are open keep what they began with. Returns what ends it.
 */
export function watchTls(server: Server, files: TlsFiles, clock: Clock, log: Log): () => void {
  let seen = stateOf(files);
  let cancel = clock.setTimer(tlsCheckMs, check);

  function check(): void {
    cancel = clock.setTimer(tlsCheckMs, check);
    const state = stateOf(files);
    if (state === seen || !(server instanceof TlsServer)) return;
    seen = state;
    const pair = readTls(files);
    if (!pair.ok) {
      log(`${pair.fault.message}; the relay goes on with the one it has`);
      return;
    }
    server.setSecureContext(pair.value);
    log(`uses the new TLS certificate, which is good until ${new X509Certificate(pair.value.cert).validTo}`);
  }
  return () => cancel();
}

function readPart(what: string, path: string): Result<Buffer> {
  try {
    return succeed(readFileSync(path));
  } catch (failure) {
    const reason = failure instanceof Error ? failure.message : String(failure);
    return fail("INTERNAL", `cannot read the TLS ${what}: ${reason}`);
  }
}

/** Changes whenever one of the files does. */
function stateOf({ certificate, key }: TlsFiles): string {
  return [certificate, key]
    .map((path) => statSync(path, { throwIfNoEntry: false }))
    .map((stats) => `${stats?.mtimeMs} ${stats?.ino} ${stats?.size}`)
    .join();
}
