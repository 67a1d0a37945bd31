import { connectSocketIo } from "./socket-io-client.ts";
import { deviceA, heartbeatOf, phone, serialA, strangeDevice, workerAuth } from "./test-farm.ts";

const everyMs = 20;

/** Writes so many rows of the trail a second: a worker tells of a job. The returned function ends it. */
export async function loadTrail(relayUrl: string, rowsPerSecond: number): Promise<() => void> {
  const connected = await connectSocketIo(relayUrl, "/worker", workerAuth("desk-1"));
  if (!connected.ok) throw new Error(connected.fault.message);
  const worker = connected.value;
  await worker.request("worker:heartbeat", heartbeatOf([phone(serialA)]));
  const ids = { assignment_id: strangeDevice, job_id: strangeDevice, device_id: deviceA };
  const news = { ...ids, progress_pct: 7, current_step: "step", elapsed_sec: 1 };
  const startedMs = performance.now();
  let sent = 0;
  const timer = setInterval(() => {
    const due = ((performance.now() - startedMs) / 1000) * rowsPerSecond;
    for (; sent < due; sent += 1) worker.send("job:progress", news);
  }, everyMs);
  return () => {
    clearInterval(timer);
    worker.close();
  };
}
