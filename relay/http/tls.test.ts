import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect } from "node:tls";
import { generate } from "selfsigned";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { startRelay, tryStartRelay, type RunningRelay } from "../start.ts";
import { eventually } from "../testing/eventually.ts";
import { makeManualClock, type ManualClock } from "../testing/manual-clock.ts";
import { connectMedia } from "../testing/media-client.ts";
import { samplePacket } from "../testing/sample-packet.ts";
import { connectSocketIo } from "../testing/socket-io-client.ts";
import { deviceA, heartbeatOf, phone, serialA } from "../testing/test-farm.ts";
import { tlsCheckMs } from "./tls.ts";

interface Pem {
  cert: string;
  private: string;
}

let first: Pem;
let second: Pem;
beforeAll(async () => {
  const made = (value: string) =>
    generate([{ name: "commonName", value }], { keyType: "ec", algorithm: "sha256" });
  [first, second] = await Promise.all([made("first.example"), made("second.example")]);
});

let folder: string;
let files: { certificate: string; key: string };
let clock: ManualClock;
let logLines: string[];
let relay: RunningRelay | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tabfarm-tls-"));
  files = { certificate: join(folder, "cert.pem"), key: join(folder, "key.pem") };
  clock = makeManualClock();
  logLines = [];
});
afterEach(async () => {
  await relay?.close();
  relay = undefined;
  rmSync(folder, { recursive: true, force: true });
});

function install({ cert, private: key }: Pem): void {
  writeFileSync(files.certificate, cert);
  writeFileSync(files.key, key);
}

function options() {
  const log = (line: string) => void logLines.push(line);
  return { host: "127.0.0.1", port: 0, dataDir: join(folder, "data"), tls: files, clock, log };
}

async function start(): Promise<RunningRelay> {
  relay = await startRelay(options());
  return relay;
}

/** Whose certificate the relay shows. */
function subjectOf({ port }: RunningRelay): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: "127.0.0.1", port, rejectUnauthorized: false }, () => {
      resolve(socket.getPeerCertificate().subject.CN);
      socket.destroy();
    });
    socket.on("error", reject);
  });
}

describe("[W9] with a certificate", () => {
  test("everything is served over TLS, and browsers are told to come back so", async () => {
    install(first);
    const { url, tokens } = await start();
    expect(url).toMatch(/^https:/);
    const headers = await new Promise<Record<string, unknown>>((resolve, reject) => {
      request(`${url}/healthz`, { ca: first.cert, checkServerIdentity: () => undefined }, (response) => {
        response.resume();
        resolve({ status: response.statusCode, ...response.headers });
      })
        .on("error", reject)
        .end();
    });
    expect(headers).toMatchObject({ status: 200, "strict-transport-security": "max-age=31536000" });
    const auth = { type: "dashboard", token: tokens.dashboard };
    const connected = await connectSocketIo(url, "/dashboard", auth, {
      transports: ["websocket"],
      rejectUnauthorized: false,
    });
    expect(connected.ok).toBe(true);
    if (connected.ok) connected.value.close();
    await expect(fetch(url.replace("https:", "http:"))).rejects.toThrow("fetch failed");
  });

  test("packets of /media cross it whole", async () => {
    install(first);
    const { url, tokens } = await start();
    const trusting = { rejectUnauthorized: false };
    const asWorker = { type: "worker", token: tokens.worker, pc_id: "desk-1" };
    const worker = await connectSocketIo(url, "/worker", asWorker, {
      transports: ["websocket"],
      ...trusting,
    });
    const source = await connectMedia(url, asWorker, trusting);
    const viewer = await connectMedia(url, { type: "dashboard", token: tokens.dashboard }, trusting);
    if (!worker.ok || !source.ok || !viewer.ok) throw new Error("was not let in");
    await worker.value.request("worker:heartbeat", heartbeatOf([phone(serialA)]));
    const watch = { device_id: deviceA, quality: "low", fps: 5, encoding: "binary" };
    await viewer.value.request("stream:start", watch);
    for (const size of [100, 10_000, 300_000]) {
      const sent = samplePacket({ kind: "jpeg" }, size);
      source.value.sendPacket(sent);
      await eventually(() =>
        expect(Buffer.compare(viewer.value.packets.at(-1)?.subarray(80) ?? sent, sent.subarray(80))).toBe(0),
      );
      await viewer.value.request("stream:stop", { device_id: deviceA });
      await viewer.value.request("stream:start", watch);
    }
    for (const client of [worker, source, viewer]) client.value.close();
  });

  test("a new one is used once both files are there, without a restart", async () => {
    install(first);
    const running = await start();
    expect(await subjectOf(running)).toBe("first.example");
    writeFileSync(files.certificate, second.cert);
    clock.advance(tlsCheckMs);
    expect(await subjectOf(running)).toBe("first.example");
    writeFileSync(files.key, second.private);
    clock.advance(tlsCheckMs);
    expect(await subjectOf(running)).toBe("second.example");
    const own = logLines.filter((line) => line.includes("TLS"));
    expect(own).toEqual([
      expect.stringMatching(/^the TLS certificate .* goes on with the one it has$/),
      expect.stringMatching(/^uses the new TLS certificate, which is good until /),
    ]);
  });

  test("a bad new one is said once, and the old one kept", async () => {
    install(first);
    const running = await start();
    writeFileSync(files.certificate, "nonsense");
    rmSync(files.key);
    clock.advance(10 * tlsCheckMs);
    expect(await subjectOf(running)).toBe("first.example");
    expect(logLines.filter((line) => line.includes("TLS"))).toHaveLength(1);
  });
});

describe("[W9] what cannot be served with is refused at the start, in one line", () => {
  test.each<[string, () => void]>([
    ["a missing key", () => rmSync(files.key)],
    ["a certificate that is none", () => writeFileSync(files.certificate, "nonsense")],
    ["another certificate's key", () => writeFileSync(files.key, second.private)],
    ["a certificate for a key", () => copyFileSync(files.certificate, files.key)],
  ])("%s", async (_, spoil) => {
    install(first);
    spoil();
    const started = await tryStartRelay(options());
    expect(started).toMatchObject({ ok: false, fault: { message: expect.stringMatching(/^.*TLS.*$/) } });
  });
});
