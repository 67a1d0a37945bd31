import type { IncomingMessage } from "node:http";
import { fail, succeed, type Result } from "../../protocol/fault.ts";
import type { MemoryPeer, MemoryWires } from "../memory/memory-wires.ts";
import { bearerTokenOf } from "./caller.ts";

/**
 * Lets a request in as a dashboard of its own, through the same gate and with the same rights as one over Socket.IO.
 * The caller closes it.
 */
async function connectScript(scripts: MemoryWires, request: IncomingMessage): Promise<Result<MemoryPeer>> {
  const token = bearerTokenOf(request);
  if (token === undefined) {
    return fail("AUTH_FAILED", "send a dashboard's token: `Authorization: Bearer <token>`");
  }
  const address = request.socket.remoteAddress ?? "";
  return scripts.connect("/dashboard", { type: "dashboard", token }, { address, isScript: true });
}

/** Only asks whether the request would be let in. */
export async function identifyScript(scripts: MemoryWires, request: IncomingMessage): Promise<Result<void>> {
  const connected = await connectScript(scripts, request);
  if (!connected.ok) return connected;
  connected.value.close();
  return succeed(undefined);
}
