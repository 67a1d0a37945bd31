/**
 * Preloaded into a process that a test or a benchmark starts (`node --import`): answers what the process used so far, and
 * goes when whoever started it is gone.
 */
export interface Usage {
  /** User and system time since the start. */
  cpuMs: number;
  rssBytes: number;
  /** In use on the heap, and outside of it by what is on the heap. */
  heapBytes: number;
}

process.on("message", (request) => {
  if (request === "collect") globalThis.gc?.();
  const { user, system } = process.cpuUsage();
  const { rss, heapUsed, external } = process.memoryUsage();
  const usage: Usage = { cpuMs: (user + system) / 1000, rssBytes: rss, heapBytes: heapUsed + external };
  process.send?.(usage);
});
process.on("disconnect", () => process.exit());
