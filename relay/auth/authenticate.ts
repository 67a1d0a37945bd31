import { createHash, timingSafeEqual } from "node:crypto";
import * as v from "valibot";
import { handshake, namespaces, type Handshake } from "../../protocol/auth.ts";
import { fail, succeed, type Result } from "../../protocol/fault.ts";
import type { Identity } from "./identity.ts";

/** The farm-wide secrets: one lets workers in, one lets dashboards in. */
export interface FarmTokens {
  worker: string;
  dashboard: string;
}

/** Says who a handshake is from. Every refusal is `AUTH_FAILED` and never repeats what was sent. */
export function authenticate(tokens: FarmTokens, namespace: string, auth: unknown): Result<Identity> {
  const parsed = v.safeParse(handshake, auth, { abortEarly: true });
  if (!parsed.success) {
    const path = v.getDotPath(parsed.issues[0]) ?? "";
    return fail("AUTH_FAILED", handshakeProblem(path), { path });
  }
  if (!namespaces.some((known) => known === namespace)) {
    return fail("AUTH_FAILED", `connect to one of ${namespaces.join(", ")}, not to ${namespace}`);
  }
  const { type, token } = parsed.output;
  if (namespace !== "/stream" && namespace !== `/${type}`) {
    return fail("AUTH_FAILED", `auth.type "${type}" does not belong to ${namespace}; connect to /${type}`);
  }
  if (!isSameSecret(token, tokens[type])) {
    return fail("AUTH_FAILED", `the ${type} token is wrong; copy it from the relay's terminal`);
  }
  return succeed(identityOf(parsed.output));
}

function handshakeProblem(path: string): string {
  if (path === "pc_id") return "auth.pc_id is needed: 1 to 64 letters, digits, dots, dashes or underscores";
  if (path === "type") return 'auth.type must be "worker" or "dashboard"';
  if (path === "token") return "auth.token is needed";
  return "auth must be { type, token, pc_id? }";
}

function identityOf(auth: Handshake): Identity {
  return auth.type === "worker"
    ? {
        kind: "worker",
        pcId: auth.pc_id,
        actor: `worker ${auth.pc_id}`,
        isTakingOver: auth.take_over === true,
        remembersCommands: auth.remembers_commands === true,
      }
    : { kind: "dashboard", actor: "dashboard", role: "admin" };
}

/** Compares digests, so that neither length nor a common beginning shows in the time it takes. */
function isSameSecret(given: string, expected: string): boolean {
  return timingSafeEqual(digestOf(given), digestOf(expected));
}

function digestOf(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
