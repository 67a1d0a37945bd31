import { expect, test } from "vitest";
import { fuzzProcess } from "./testing/fuzz/fuzz-process.ts";
import { withDataDir } from "./testing/relay-process.ts";

test(
  "[P1, P2] nonsense of every kind breaks nothing, and every refusal names its reason",
  { timeout: 120_000 },
  () =>
    withDataDir(async (dataDir) => {
      const fuzzed = await fuzzProcess(dataDir, 4, 3000);
      expect(fuzzed).toMatchObject({ complaints: new Set(), bugs: [], hasSurvived: true });
      // It was heard: some of it was right, and the rest was refused for more than one reason.
      for (const outcome of ["ok", "INVALID_PAYLOAD", "FORBIDDEN", "DEVICE_NOT_FOUND", "AUTH_FAILED"]) {
        expect(fuzzed.outcomes.get(outcome)).toBeGreaterThan(0);
      }
    }),
);
