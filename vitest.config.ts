import solid from "vite-plugin-solid";
import { defineConfig } from "vitest/config";

/**
 * Component tests ask for happy-dom at their head. The relay is a project of its own: Solid's plugin makes everything
 * resolve as in a browser, where `ws` (below Socket.IO) is only a refusal. `web/e2e` starts a relay too.
 */
export default defineConfig({
  test: {
    projects: [
      {
        extends: true,
        plugins: [solid()],
        test: {
          name: "unit",
          // Solid's plugin would ask for jsdom.
          environment: "node",
          include: [
            "protocol/**/*.test.ts",
            "phone/**/*.test.ts",
            "web/{engine,page,demo}/**/*.test.{ts,tsx}",
          ],
          exclude: ["**/node_modules/**", "**/*.node.test.ts"],
        },
      },
      {
        extends: true,
        test: {
          name: "relay",
          include: ["relay/**/*.test.ts", "web/demo/*.node.test.ts"],
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
        test: { name: "slow", include: ["web/e2e/*.slow.ts"], globalSetup: ["web/e2e/global-setup.ts"] },
      },
    ],
  },
});
