import type { IncomingMessage } from "node:http";
import { fail, type Fault } from "../../protocol/fault.ts";
import { isCostlyJson } from "../limits/json-cost.ts";

/** Text of 4,096 characters in any script, or ten thousand device ids, with room to spare. */
export const mostBodyBytes = 512 * 1024;

/** What was sent, or the HTTP status and the fault that say why it was not taken. */
type Body = { ok: true; value: unknown } | { ok: false; status: 400 | 413 | 415; fault: Fault };

/** Reads JSON of at most `mostBodyBytes`. The server's own time limit ends a body that never ends. */
export async function readJsonBody(request: IncomingMessage): Promise<Body> {
  if (!/^application\/json *(;|$)/i.test(request.headers["content-type"] ?? "")) {
    return problem(415, "send JSON, with `Content-Type: application/json`");
  }
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > mostBodyBytes) return problem(413, `the body must be at most ${mostBodyBytes} bytes`);
    chunks.push(chunk);
  }
  const text = Buffer.concat(chunks).toString();
  if (isCostlyJson(text)) return problem(400, "the body has too many values, or too many levels of them");
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch {
    return problem(400, "the body is not JSON");
  }
}

function problem(status: 400 | 413 | 415, message: string): Body {
  return { ...fail("INVALID_PAYLOAD", message), status };
}
