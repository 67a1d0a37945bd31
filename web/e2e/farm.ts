import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { io, type Socket } from "socket.io-client";
import type { Answer } from "../../protocol/contract.ts";
import type { DeviceListReply } from "../../protocol/device.ts";
import { startRelay } from "../../relay/start.ts";

/** A real relay, on a free port unless one is named, with the built web app, and its two tokens. */
export interface Farm {
  url: string;
  demoUrl: string;
  workerUrl: string;
  dashboardUrl: string;
  /** A plain Socket.IO client of the relay, connected. */
  connect(namespace: "/dashboard" | "/stream"): Promise<Socket>;
  connectWorker(pcId: string, namespace: "/worker" | "/stream"): Promise<Socket>;
  close(): Promise<void>;
}

export async function openFarm(port = 0): Promise<Farm> {
  const dataDir = await mkdtemp(join(tmpdir(), "tabfarm-e2e-"));
  const tokens = { worker: "worker-token-of-the-tests", dashboard: "dashboard-token-of-the-tests" };
  const relay = await startRelay({ host: "127.0.0.1", port, dataDir, tokens });
  const sockets: Socket[] = [];
  const open = async (namespace: string, auth: object): Promise<Socket> => {
    const socket = io(relay.url + namespace, { auth, forceNew: true });
    sockets.push(socket);
    await new Promise<void>((resolve, reject) => {
      socket.once("connect", resolve);
      socket.once("connect_error", reject);
    });
    return socket;
  };
  return {
    url: relay.url,
    demoUrl: `${relay.url}/demo#worker_token=${tokens.worker}&dashboard_token=${tokens.dashboard}`,
    workerUrl: `${relay.url}/worker#token=${tokens.worker}`,
    dashboardUrl: `${relay.url}/dashboard#token=${tokens.dashboard}`,
    connect: (namespace) => open(namespace, { type: "dashboard", token: tokens.dashboard }),
    connectWorker: (pcId, namespace) =>
      open(namespace, { type: "worker", token: tokens.worker, pc_id: pcId }),
    async close() {
      for (const socket of sockets) socket.close();
      await relay.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** The relay's present picture. */
export async function listDevices(dashboard: Socket): Promise<DeviceListReply> {
  const answer = (await dashboard.timeout(5000).emitWithAck("device:list", {})) as Answer<DeviceListReply>;
  if (!answer.ok) throw new Error(answer.fault.message);
  return answer;
}
