import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Server, type Socket } from "socket.io";
import { deviceIdOf } from "../../protocol/device-id.ts";

/**
 * The least that can relay the same events over Socket.IO: no schema, no rights, no store, no record, nothing survives.
 * Heartbeats are answered; a command goes to the socket that reported its device, and its acks to the one that sent it.
 */
const http = createServer();
const io = new Server(http, { serveClient: false, perMessageDeflate: false });
const holders = new Map<string, Socket>();
const senders = new Map<string, Socket>();

interface Beat {
  devices: { serial_number: string }[];
}
interface Ack {
  command_id: string;
  device_id: string;
  status: string;
}
type Answer = (answer: object) => void;

io.of("/worker").on("connection", (worker) => {
  let isKnown = false;
  worker.on("worker:heartbeat", ({ devices }: Beat) => {
    if (!isKnown) for (const { serial_number } of devices) holders.set(deviceIdOf(serial_number), worker);
    isKnown = true;
    worker.emit("worker:heartbeat:ack", { received_at: new Date().toISOString(), pending_commands: 0 });
  });
  worker.on("command:ack", (ack: Ack, answer: Answer) => {
    senders.get(ack.command_id)?.emit("command:ack", ack);
    if (ack.status === "completed") senders.delete(ack.command_id);
    answer({ ok: true });
  });
});
io.of("/dashboard").on("connection", (dashboard) => {
  dashboard.on("command:send", (command: Ack, answer: Answer) => {
    const { command_id, device_id } = command;
    senders.set(command_id, dashboard);
    answer({ ok: true, command_id, device_ids: [device_id] });
    holders.get(device_id)?.emit("command:send", command);
  });
});
http.listen(0, "127.0.0.1", () => {
  process.stdout.write(`http://127.0.0.1:${(http.address() as AddressInfo).port}\n`);
});
