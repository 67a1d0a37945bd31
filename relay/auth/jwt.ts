import { createRemoteJWKSet, decodeProtectedHeader, errors, jwtVerify, type JWTVerifyGetKey } from "jose";
import * as v from "valibot";
import { fail, succeed, type Fault, type Result } from "../../protocol/fault.ts";
import { pcId } from "../../protocol/fields.ts";
import { role, type Role } from "../../protocol/role.ts";
import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import { nameProblem } from "./identity.ts";

/** Whose tokens are believed. With neither keys nor secret, nobody's. */
export interface JwtOptions {
  /** Where the public keys of ES256 and RS256 are. */
  jwksUrl?: URL | undefined;
  /** What `iss` and `aud` must be, when given. */
  issuer?: string | undefined;
  audience?: string | undefined;
  /** For HS256, which nothing else allows. */
  hs256Secret?: string | undefined;
  /** Keys are not fetched again for an unknown `kid` before this has passed. */
  cooldownMs?: number;
  fetchTimeoutMs?: number;
}

export function hasKeys(options: JwtOptions | undefined): options is JwtOptions {
  return options?.jwksUrl !== undefined || options?.hs256Secret !== undefined;
}

/** What a token says of who has it. */
export type JwtClaims = (
  | { kind: "worker"; pcId: string }
  | {
      kind: "dashboard";
      actor: string;
      /** `sub`. */
      userId: string;
      /** Absent when the token says none. */
      role: Role | undefined;
    }
) & {
  expiresAtMs: number;
};

export interface JwtVerifier {
  /** `AUTH_FAILED` says what is wrong with the token, `INTERNAL` that its keys cannot be had now. */
  verify(token: string): Promise<Result<JwtClaims>>;
}

/** Has it the looks of one? Our own tokens have no dots. */
export function looksLikeJwt(token: string): boolean {
  return /^[\w-]+\.[\w-]+\.[\w-]*$/.test(token);
}

export function makeJwtVerifier(options: JwtOptions, clock: Clock, log: Log): JwtVerifier {
  const { jwksUrl, issuer, audience, hs256Secret, cooldownMs = 30_000, fetchTimeoutMs = 3000 } = options;
  const remote =
    jwksUrl === undefined
      ? undefined
      : createRemoteJWKSet(jwksUrl, { cooldownDuration: cooldownMs, timeoutDuration: fetchTimeoutMs });
  const secret = hs256Secret === undefined ? undefined : new TextEncoder().encode(hs256Secret);
  let isFetchFailing = false;

  /** The algorithm chooses the key, so that a public key is never taken for a secret. */
  async function open(token: string) {
    const checks = {
      currentDate: new Date(clock.now()),
      requiredClaims: ["exp", "sub"],
      ...(issuer === undefined ? {} : { issuer }),
      ...(audience === undefined ? {} : { audience }),
    };
    if (secret !== undefined && decodeProtectedHeader(token).alg === "HS256") {
      return jwtVerify(token, secret, { ...checks, algorithms: ["HS256"] });
    }
    if (remote === undefined) throw new errors.JOSEAlgNotAllowed("only HS256 is allowed");
    return jwtVerify(token, tellingFetch(remote), { ...checks, algorithms: ["ES256", "RS256"] });
  }

  /** Tells trouble with the keys from trouble with the token. */
  function tellingFetch(getKey: JWTVerifyGetKey): JWTVerifyGetKey {
    return async (header, input) => {
      try {
        const key = await getKey(header, input);
        isFetchFailing = false;
        return key;
      } catch (failure) {
        if (failure instanceof errors.JWKSNoMatchingKey) throw failure;
        if (failure instanceof errors.JWKSMultipleMatchingKeys) throw failure;
        throw new KeysUnavailable(failure instanceof Error ? failure.message : String(failure));
      }
    };
  }

  return {
    async verify(token) {
      try {
        const { payload } = await open(token);
        return claimsOf(payload);
      } catch (failure) {
        if (failure instanceof KeysUnavailable && !isFetchFailing) {
          isFetchFailing = true;
          log(`the keys of JWTs cannot be fetched from ${jwksUrl?.origin}: ${failure.message}`);
        }
        return { ok: false, fault: faultOf(failure) };
      }
    },
  };
}

class KeysUnavailable extends Error {}

const metadata = {
  tabfarm_role: v.optional(v.picklist([...role.options, "worker"])),
  tabfarm_pc_id: v.optional(pcId),
};
/** `user_metadata` is not looked at: users write it themselves. */
const claims = v.object({
  ...metadata,
  sub: v.pipe(v.string(), v.minLength(1)),
  exp: v.number(),
  email: v.optional(v.string()),
  email_verified: v.optional(v.boolean()),
  app_metadata: v.optional(v.object(metadata), {}),
});

function claimsOf(payload: unknown): Result<JwtClaims> {
  const parsed = v.safeParse(claims, payload, { abortEarly: true });
  if (!parsed.success) return badClaim(v.getDotPath(parsed.issues[0]) ?? "sub", "is not what it must be");
  const { sub, exp, email = "", email_verified: isVerified, app_metadata: app, ...top } = parsed.output;
  const expiresAtMs = exp * 1000;
  const given = top.tabfarm_role ?? app.tabfarm_role;
  if (given === "worker") {
    const forPc = top.tabfarm_pc_id ?? app.tabfarm_pc_id;
    if (forPc === undefined) return badClaim("tabfarm_pc_id", "is missing, also in app_metadata");
    return succeed({ kind: "worker", pcId: forPc, expiresAtMs });
  }
  const hasEmail = email !== "" && isVerified !== false;
  const problem = nameProblem(hasEmail ? email : sub);
  if (problem !== undefined) return badClaim(hasEmail ? "email" : "sub", problem);
  return succeed({
    kind: "dashboard",
    actor: hasEmail ? email : sub,
    userId: sub,
    role: given,
    expiresAtMs,
  });
}

/** The token is genuine: trying it is no guess. */
export function badClaim(claim: string, problem: string): Result<never> {
  return fail("AUTH_FAILED", `the token's claim ${claim} ${problem}`, { reason: "claim", claim });
}

function faultOf(failure: unknown): Fault {
  if (failure instanceof KeysUnavailable) {
    return fail("INTERNAL", "the keys to check this token with cannot be fetched now; try again later").fault;
  }
  if (failure instanceof errors.JWTExpired) {
    return fail("AUTH_FAILED", "the token has expired; sign in again", { reason: "expired" }).fault;
  }
  if (failure instanceof errors.JWTClaimValidationFailed) {
    const problem = failure.reason === "missing" ? "is missing" : "does not hold here or now";
    return fail("AUTH_FAILED", `the token's claim ${failure.claim} ${problem}`, {
      reason: "claim",
      claim: failure.claim,
    }).fault;
  }
  return fail("AUTH_FAILED", `the token is not one to believe: ${tokenProblem(failure)}`).fault;
}

function tokenProblem(failure: unknown): string {
  if (failure instanceof errors.JWSSignatureVerificationFailed) return "its signature is wrong";
  if (failure instanceof errors.JWKSNoMatchingKey) return "it is signed with a key that is not known here";
  if (failure instanceof errors.JWKSMultipleMatchingKeys)
    return "it does not say which key it is signed with";
  if (failure instanceof errors.JOSEAlgNotAllowed) return "its algorithm is not allowed here";
  return "it is malformed";
}
