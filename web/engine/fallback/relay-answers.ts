const answerLimitMs = 4000;

/** Whether the relay is there, whatever its connections do. */
export async function relayAnswers(relayUrl: string): Promise<boolean> {
  try {
    const signal = AbortSignal.timeout(answerLimitMs);
    const response = await fetch(new URL("/healthz", relayUrl), { cache: "no-store", signal });
    return response.ok;
  } catch {
    return false;
  }
}
