import solid from "vite-plugin-solid";
import { defineConfig } from "vitest/config";

/**
 * The page is a project of its own: Solid's plugin makes everything resolve as in a browser, where `ws` (below
 * Socket.IO) is only a refusal. Its component tests ask for happy-dom at their head.
 */
export default defineConfig({
  test: {
    projects: [
      {
        extends: true,
        plugins: [solid()],
        // Without the environment Solid's plugin would ask for jsdom.
        test: { name: "page", environment: "node", include: ["web/page/**/*.test.{ts,tsx}"] },
      },
      {
        extends: true,
        test: {
          name: "node",
          include: [
            "{protocol,relay,phone}/**/*.test.ts",
            "web/{connection,viewer,engine,demo}/**/*.test.ts",
            "bench/*.test.ts",
          ],
          // Some start whole processes and share two cores with the others.
          testTimeout: 30_000,
        },
      },
      {
        extends: true,
        test: {
          name: "e2e",
          include: ["web/e2e/*.test.ts"],
          globalSetup: ["web/e2e/global-setup.ts"],
          testTimeout: 60_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
      {
        extends: true,
        test: {
          name: "usb",
          include: ["{phone,web/e2e/usb}/**/*.usb.ts"],
          globalSetup: ["web/e2e/global-setup.ts"],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
          // Whole processes, some of them not ours, share the machine's cores with whatever else runs.
          expect: { poll: { timeout: 60_000 } },
        },
      },
      {
        extends: true,
        test: {
          name: "supabase",
          include: ["supabase/**/*.test.ts", "relay/**/*.supabase.ts"],
          testTimeout: 60_000,
          hookTimeout: 120_000,
          fileParallelism: false,
          // A Postgres of each file's own shares the machine's cores with whatever else runs.
          expect: { poll: { timeout: 30_000 } },
        },
      },
      {
        extends: true,
        test: {
          name: "slow",
          include: ["web/e2e/*.slow.ts", "relay/**/*.slow.ts"],
          globalSetup: ["web/e2e/global-setup.ts"],
          testTimeout: 180_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
