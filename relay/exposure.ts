import { fail, type Fault } from "../protocol/fault.ts";
import type { FarmTokens } from "./auth/authenticate.ts";
import { isLoopback } from "./http/caller.ts";

export interface ExposureNeeds {
  host: string;
  /** The tokens that the operator chose. */
  tokens: Partial<FarmTokens>;
  /** Whether the two tokens let anybody in at all. */
  hasBootstrapTokens: boolean;
  areGeneratedTokensAllowed: boolean;
}

const leastTokenChars = 16;

/**
 * Why the relay must not listen there. The generated tokens stand in a file and on a terminal, and each is the whole farm
 * for whoever reads it: on one's own machine that is convenient, in a network it has to be meant.
 */
export function exposureProblem(needs: ExposureNeeds): Fault | undefined {
  const { host, tokens, hasBootstrapTokens, areGeneratedTokensAllowed } = needs;
  const chosen = [tokens.worker, tokens.dashboard].filter((token) => token !== undefined);
  if (!hasBootstrapTokens) {
    return chosen.length === 0
      ? undefined
      : refusal("--no-bootstrap-tokens and a token that is set contradict each other");
  }
  if (isLoopback(host)) return undefined;
  if (chosen.some((token) => token.length < leastTokenChars)) {
    return refusal(`a token of fewer than ${leastTokenChars} characters is too easy to guess on ${host}`);
  }
  if (chosen.length === 2 || areGeneratedTokensAllowed) return undefined;
  return refusal(
    `will not listen on ${host} with generated tokens: set TABFARM_WORKER_TOKEN and TABFARM_DASHBOARD_TOKEN, ` +
      "or give --no-bootstrap-tokens once there are keys, or --allow-generated-tokens if you mean it",
  );
}

function refusal(message: string): Fault {
  return fail("FORBIDDEN", message).fault;
}
