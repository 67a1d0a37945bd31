import { setTimeout as sleep } from "node:timers/promises";
import { makeDuplexPair } from "../phone/duplex-pair.ts";
import { makeModels } from "../phone/models.ts";
import { installOffscreenCanvas } from "../phone/node/offscreen-canvas.ts";
import { makeDisplay } from "../phone/screen/display.ts";
import { makeScrcpyServer } from "../phone/scrcpy/server.ts";
import { encodeInSoftware } from "../phone/scrcpy/software-encoder.ts";

/** What the picture of `npm run phones` costs: painting, encoding and the scrcpy stream up to its socket. */

const seconds = Number(process.argv[2] ?? 10);
const warmUpMs = 2000;

interface Load {
  phones: number;
  maxSize: number;
  maxFps: number;
  videoBitRate: number;
  /** Motion: an eighth of the screen moves, always. Places: a list that is scrolled for every picture. */
  app: "motion" | "places";
}

const loads: Load[] = [
  { phones: 8, maxSize: 480, maxFps: 5, videoBitRate: 1_000_000, app: "motion" },
  { phones: 8, maxSize: 480, maxFps: 5, videoBitRate: 1_000_000, app: "places" },
  { phones: 1, maxSize: 1280, maxFps: 30, videoBitRate: 4_000_000, app: "motion" },
  { phones: 1, maxSize: 1920, maxFps: 30, videoBitRate: 8_000_000, app: "motion" },
  { phones: 1, maxSize: 1920, maxFps: 30, videoBitRate: 8_000_000, app: "places" },
];

const startScrcpy = makeScrcpyServer({ encode: encodeInSoftware });

async function measure(load: Load) {
  const stop = new AbortController();
  let pictures = 0;
  let bytes = 0;
  const servers = makeModels(load.phones).map(async (model) => {
    const display = makeDisplay(model);
    display.launch(`com.tabfarm.${load.app}`);
    const scrolling = setInterval(() => {
      const isBack = Math.floor(performance.now() / 1000) % 2 === 0;
      display.scroll({ x: 500, y: 1000, dx: 0, dy: isBack ? 0.1 : -0.1 });
    }, 1000 / load.maxFps);
    if (load.app === "motion") clearInterval(scrolling);
    const [near, far] = makeDuplexPair();
    void far.readable.pipeTo(
      new WritableStream({
        write(chunk) {
          pictures += 1;
          bytes += chunk.length;
        },
      }),
    );
    const { maxSize, maxFps, videoBitRate } = load;
    await startScrcpy({
      args: [
        "3.3.3",
        "audio=false",
        "control=false",
        `max_size=${maxSize}`,
        `max_fps=${maxFps}`,
        `video_bit_rate=${videoBitRate}`,
      ],
      display,
      model,
      listenLocal: () => {
        throw new Error("no tunnel");
      },
      connectLocal: async () => near,
      stdout: () => undefined,
      stderr: (text) => void process.stderr.write(text),
      canEncode: () => true,
      signal: stop.signal,
    });
    clearInterval(scrolling);
    display.close();
  });
  await sleep(warmUpMs);
  pictures = 0;
  bytes = 0;
  const before = process.cpuUsage();
  const startedAt = performance.now();
  await sleep(seconds * 1000);
  const used = process.cpuUsage(before);
  const elapsed = (performance.now() - startedAt) / 1000;
  const cpuMs = (used.user + used.system) / 1000;
  stop.abort();
  await Promise.all(servers);
  return {
    phones: load.phones,
    "long edge": load.maxSize,
    app: load.app,
    "pictures/s": (pictures / elapsed).toFixed(1),
    asked: load.phones * load.maxFps,
    "Mbit/s": ((bytes * 8) / 1e6 / elapsed).toFixed(2),
    "CPU ms/picture": (cpuMs / pictures).toFixed(1),
    cores: (cpuMs / 1000 / elapsed).toFixed(2),
    "RSS MB": Math.round(process.memoryUsage().rss / 2 ** 20),
  };
}

installOffscreenCanvas();
const rows = [];
for (const load of loads) rows.push(await measure(load));
// oxlint-disable-next-line no-console -- this is its output
console.table(rows);
