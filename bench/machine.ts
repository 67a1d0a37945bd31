import { availableParallelism, cpus, loadavg, totalmem } from "node:os";

/** What a benchmark ran on, as the last line of its table. */
export function machine(): string {
  const model = cpus()[0]?.model.trim() ?? "unknown CPU";
  const memory = (totalmem() / 2 ** 30).toFixed(0);
  const load = loadavg()[0]?.toFixed(1) ?? "?";
  return `${model}, ${availableParallelism()} cores, ${memory} GB, node ${process.version}, ${process.platform}, load ${load}`;
}
