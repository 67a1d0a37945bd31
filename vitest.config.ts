import solid from "vite-plugin-solid";
import { defineConfig } from "vitest/config";

/** Unit and relay tests run in Node; component tests ask for happy-dom at their head. `web/e2e` is its own project. */
export default defineConfig({
  plugins: [solid()],
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: [
            "protocol/**/*.test.ts",
            "relay/**/*.test.ts",
            "phone/**/*.test.ts",
            "web/{engine,page,demo}/**/*.test.{ts,tsx}",
          ],
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
