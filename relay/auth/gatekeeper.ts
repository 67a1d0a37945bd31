import { fail, type Result } from "../../protocol/fault.ts";
import type { Audit } from "../audit/audit.ts";
import type { Refusals } from "../audit/refusals.ts";
import type { Clock } from "../clock.ts";
import { describeBug, type Log } from "../log.ts";
import type { CredentialRows } from "../store/credential-rows.ts";
import { makeMembers, type ReadMembers } from "../supabase/members.ts";
import type { Caller } from "../wire.ts";
import { makeAddressBuckets } from "./address-buckets.ts";
import { endOf, makeAuthenticator, type FarmTokens } from "./authenticate.ts";
import { watchCredentials } from "./credential-watch.ts";
import type { Credentials } from "./credentials.ts";
import type { Identity } from "./identity.ts";
import type { JwtVerifier } from "./jwt.ts";
import { makeSessions, type Sessions } from "./sessions.ts";
import type { WorkerSeats } from "./worker-seats.ts";

export interface GatekeeperNeeds {
  tokens: FarmTokens;
  credentials: Credentials;
  /** Absent where no JWTs are believed. */
  jwt?: JwtVerifier | undefined;
  /** Reads who belongs to the farm; absent where tokens say it themselves. */
  readMembers?: ReadMembers | undefined;
  store: CredentialRows;
  audit: Audit;
  refusals: Refusals;
  seats: WorkerSeats;
  clock: Clock;
  log: Log;
  /** Of a person none of whose tokens is left. */
  onPersonGone: (actor: string) => void;
  /** A key of this PC was revoked; it may have another one. */
  onPcRevoked: (pcId: string) => void;
}

/** Who is let in, and for how long. */
export interface Gatekeeper extends Pick<Sessions, "add" | "renew"> {
  admit(caller: Caller): Promise<Result<Identity>>;
  close(): void;
}

export function makeGatekeeper(needs: GatekeeperNeeds): Gatekeeper {
  const { tokens, credentials, jwt, readMembers, store, audit, refusals, seats, clock, log } = needs;
  const { onPersonGone, onPcRevoked } = needs;
  const guesses = makeAddressBuckets(clock);
  const refusalLines = makeAddressBuckets(clock);
  const members =
    readMembers &&
    makeMembers({
      read: readMembers,
      clock,
      log,
      present: () => sessions.userIds(),
      onRole: (userId, role) => sessions.setRole(userId, role),
    });
  const authenticator = makeAuthenticator({ tokens, credentials, jwt, members, clock, guesses });
  const sessions = makeSessions({ authenticator, audit, clock, log });
  const stopWatching = watchCredentials({
    credentials,
    store,
    audit,
    clock,
    onRevoked(credential, isReplaced) {
      const end = endOf(credential, clock.now());
      if (end !== undefined) sessions.endAllOf(credential.id, end.fault);
      if (credential.kind === "operator" && !isReplaced) onPersonGone(credential.name);
      if (credential.kind === "worker-key") onPcRevoked(credential.pcId);
    },
  });

  async function identifySeated(caller: Caller): Promise<Result<Identity>> {
    const identified = await authenticator.identify(caller);
    if (!identified.ok || identified.value.kind !== "worker") return identified;
    const namespace = caller.namespace === "/stream" ? "/stream" : "/worker";
    const seat = await seats.check(namespace, identified.value);
    return seat.ok ? identified : seat;
  }

  return {
    add(wire) {
      sessions.add(wire);
      const { credentialId: id } = wire.identity;
      const credential = id === undefined ? undefined : credentials.find(id);
      // Revoked between the handshake and now, when no wire was there to be ended.
      const end = credential === undefined ? undefined : endOf(credential, clock.now());
      if (id !== undefined && end !== undefined) sessions.endAllOf(id, end.fault);
    },
    renew: (wire, token) => sessions.renew(wire, token),
    async admit(caller) {
      const { namespace, address } = caller;
      const admitted = await identifySeated(caller).catch((bug: unknown) => {
        log(`bug: at the gate of ${namespace}: ${describeBug(bug)}`);
        return fail("INTERNAL", "the relay failed; its log has the cause");
      });
      if (admitted.ok) return admitted;
      const { code, message } = admitted.fault;
      refusals.record({ actor: "nobody", address }, { event: "connect", code });
      if (refusalLines.spend(address))
        log(`refused a connection to ${namespace} from ${address}: ${code}: ${message}`);
      return admitted;
    },
    close() {
      stopWatching();
      members?.close();
      sessions.close();
    },
  };
}
