import { createHash, timingSafeEqual } from "node:crypto";
import * as v from "valibot";
import { handshake, namespaces, type Handshake } from "../../protocol/auth.ts";
import { fail, succeed, type Fault, type Result } from "../../protocol/fault.ts";
import type { Clock } from "../clock.ts";
import type { Caller } from "../wire.ts";
import type { Members } from "../supabase/members.ts";
import type { AddressBuckets } from "./address-buckets.ts";
import { badClaim, looksLikeJwt, type JwtClaims, type JwtVerifier } from "./jwt.ts";
import { nouns, type Credential, type Credentials } from "./credentials.ts";
import { dashboardActor, workerActor, type Identity } from "./identity.ts";

/** The farm-wide secrets: one lets workers in for any PC, one lets dashboards in as admin. */
export interface FarmTokens {
  worker: string;
  dashboard: string;
}

export interface AuthenticatorNeeds {
  tokens: FarmTokens;
  credentials: Credentials;
  clock: Clock;
  /** Wrong tokens by address. */
  guesses: AddressBuckets;
  jwt: JwtVerifier | undefined;
  /** Who says what people with a JWT may do; absent where the token itself does. */
  members: Pick<Members, "roleOf"> | undefined;
}

/**
 * Says who a handshake is from. Every refusal is `AUTH_FAILED` and never repeats what was sent, or `RATE_LIMITED` after
 * too many wrong tokens from one address: then no token is looked at, not even a right one.
 */
export interface Authenticator {
  identify(caller: Caller): Promise<Result<Identity>>;
  /** As `identify`, for a handshake that was parsed. */
  verify(auth: Handshake, address: string): Promise<Result<Identity>>;
}

export function makeAuthenticator({
  tokens,
  credentials,
  clock,
  guesses,
  jwt,
  members,
}: AuthenticatorNeeds): Authenticator {
  async function verify(auth: Handshake, address: string): Promise<Result<Identity>> {
    if (guesses.isEmpty(address)) return tooManyGuesses;
    const verified = await look(auth);
    if (!verified.ok && isGuess(verified.fault)) guesses.spend(address);
    return verified;
  }

  async function look(auth: Handshake): Promise<Result<Identity>> {
    if (isSameSecret(auth.token, tokens[auth.type])) {
      return succeed(
        auth.type === "worker"
          ? workerOf(auth, {})
          : { kind: "dashboard", actor: dashboardActor, role: "admin" },
      );
    }
    const credential = credentials.findBySecret(auth.token);
    if (credential !== undefined) return identityOf(auth, credential, clock.now());
    if (jwt !== undefined && looksLikeJwt(auth.token)) {
      const claims = await jwt.verify(auth.token);
      return claims.ok ? identityOfClaims(auth, claims.value) : claims;
    }
    return fail("AUTH_FAILED", `the ${auth.type} token is wrong; copy it from where it was shown`);
  }

  async function identityOfClaims(auth: Handshake, claims: JwtClaims): Promise<Result<Identity>> {
    const { expiresAtMs } = claims;
    if (auth.type === "worker") {
      if (claims.kind !== "worker") return wrongRole("a person", "a worker");
      if (claims.pcId === auth.pc_id) return succeed(workerOf(auth, { expiresAtMs }));
      const message = `this token is for ${claims.pcId}, not for ${auth.pc_id}`;
      return fail("AUTH_FAILED", message, { reason: "claim", claim: "tabfarm_pc_id" });
    }
    if (claims.kind !== "dashboard") return wrongRole("a worker", "a dashboard");
    const { kind, actor, userId } = claims;
    if (members === undefined) {
      return claims.role === undefined
        ? badClaim("tabfarm_role", "is missing, also in app_metadata")
        : succeed({ kind, actor, role: claims.role, expiresAtMs });
    }
    const role = await members.roleOf(userId);
    if (!role.ok) return role;
    return role.value === undefined
      ? { ok: false, fault: notAMember(actor) }
      : succeed({ kind, actor, role: role.value, userId, expiresAtMs });
  }

  return {
    verify,
    async identify({ namespace, auth, address }) {
      const parsed = v.safeParse(handshake, auth, { abortEarly: true });
      if (!parsed.success) {
        const path = v.getDotPath(parsed.issues[0]) ?? "";
        return fail("AUTH_FAILED", handshakeProblem(path), { path });
      }
      if (!namespaces.some((known) => known === namespace)) {
        return fail("AUTH_FAILED", `connect to one of ${namespaces.join(", ")}, not to ${namespace}`);
      }
      const { type } = parsed.output;
      if (namespace !== "/stream" && namespace !== `/${type}`) {
        return fail(
          "AUTH_FAILED",
          `auth.type "${type}" does not belong to ${namespace}; connect to /${type}`,
        );
      }
      return verify(parsed.output, address);
    },
  };
}

const tooManyGuesses = fail(
  "RATE_LIMITED",
  "too many wrong tokens from this address; wait some seconds and try one that is right",
);

/**
 * What is genuine is no guess, although it does not let in: a PC whose key ran out must not lock out its neighbours
 * behind one address.
 */
function isGuess({ code, details }: Fault): boolean {
  const isGenuine = typeof details === "object" && details !== null && "reason" in details;
  return code === "AUTH_FAILED" && !isGenuine;
}

function handshakeProblem(path: string): string {
  if (path === "pc_id") return "auth.pc_id is needed: 1 to 64 letters, digits, dots, dashes or underscores";
  if (path === "type") return 'auth.type must be "worker" or "dashboard"';
  if (path === "token") return "auth.token is needed";
  return "auth must be { type, token, pc_id? }";
}

/** Why a credential lets nobody in any more; nothing while it does. */
export function endOf(credential: Credential, nowMs: number): { ok: false; fault: Fault } | undefined {
  const name = `the ${nouns[credential.kind]} ${credential.id}`;
  if (credential.revoked !== undefined) {
    return fail("AUTH_FAILED", `${name} was revoked; ask for another one`, { reason: "revoked" });
  }
  if (credential.expiresAtMs !== undefined && credential.expiresAtMs <= nowMs) {
    return fail("AUTH_FAILED", `${name} has expired; ask for another one`, { reason: "expired" });
  }
  return undefined;
}

function identityOf(auth: Handshake, credential: Credential, nowMs: number): Result<Identity> {
  const end = endOf(credential, nowMs);
  if (end !== undefined) return end;
  const { id, expiresAtMs } = credential;
  const admission = { credentialId: id, ...(expiresAtMs === undefined ? {} : { expiresAtMs }) };
  if (auth.type === "worker") {
    if (credential.kind !== "worker-key") return wrongKind(credential, "a worker");
    if (credential.pcId !== auth.pc_id) {
      return fail("AUTH_FAILED", `this worker key is for ${credential.pcId}, not for ${auth.pc_id}`);
    }
    return succeed(workerOf(auth, admission));
  }
  if (credential.kind !== "operator") return wrongKind(credential, "a dashboard");
  return succeed({ kind: "dashboard", actor: credential.name, role: credential.role, ...admission });
}

/** Genuine, so it is no guess. */
export function notAMember(actor: string): Fault {
  const message = `${actor} is no member of this farm; an admin of the farm adds members in Supabase`;
  return fail("AUTH_FAILED", message, { reason: "member" }).fault;
}

function wrongRole(owner: string, client: string): Result<never> {
  const message = `this token is ${owner}'s by its tabfarm_role, and does not let ${client} in`;
  return fail("AUTH_FAILED", message, { reason: "claim", claim: "tabfarm_role" });
}

function wrongKind({ kind }: Credential, client: string): Result<never> {
  return fail("AUTH_FAILED", `this is a ${nouns[kind]}, which does not let ${client} in`);
}

function workerOf(
  auth: Handshake & { type: "worker" },
  admission: { credentialId?: string; expiresAtMs?: number },
): Identity {
  return {
    kind: "worker",
    pcId: auth.pc_id,
    actor: workerActor(auth.pc_id),
    isTakingOver: auth.take_over === true,
    remembersCommands: auth.remembers_commands === true,
    takesControl: auth.takes_control === true,
    sendsVideo: auth.sends_video === true,
    ...(auth.session === undefined ? {} : { session: auth.session }),
    ...admission,
  };
}

/** Compares digests, so that neither length nor a common beginning shows in the time it takes. */
function isSameSecret(given: string, expected: string): boolean {
  return timingSafeEqual(digestOf(given), digestOf(expected));
}

function digestOf(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
