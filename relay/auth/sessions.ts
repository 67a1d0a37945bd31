import type { Handshake } from "../../protocol/auth.ts";
import { fail, succeed, type Fault, type Result } from "../../protocol/fault.ts";
import { authorOf, type Audit } from "../audit/audit.ts";
import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import type { Wire } from "../wire.ts";
import type { Role } from "../../protocol/role.ts";
import { notAMember, type Authenticator } from "./authenticate.ts";
import type { Identity } from "./identity.ts";

const sweepMs = 1000;

/** The wires that are open, each for as long as what let it in lasts. */
export interface Sessions {
  /** Ends the wire within a second of its token's end. */
  add(wire: Wire): void;
  /** Puts a newer token of the same actor in the place of the one that the wire was let in with. */
  renew(wire: Wire, token: string): Promise<Result<object>>;
  /** Ends every wire that this key or token let in. */
  endAllOf(credentialId: string, why: Fault): void;
  /** Whose role Supabase has, of those who are here. */
  userIds(): Set<string>;
  /** Gives this person's wires another role; without one they end. */
  setRole(userId: string, role: Role | undefined): void;
  close(): void;
}

export interface SessionsNeeds {
  authenticator: Authenticator;
  audit: Audit;
  clock: Clock;
  log: Log;
}

export function makeSessions({ authenticator, audit, clock, log }: SessionsNeeds): Sessions {
  const wires = new Set<Wire>();
  // A look each second instead of a timer for each wire: a token may last longer than the longest timer.
  let cancelSweep = clock.setTimer(sweepMs, sweep);

  function sweep(): void {
    cancelSweep = clock.setTimer(sweepMs, sweep);
    const nowMs = clock.now();
    for (const wire of wires) {
      const { expiresAtMs } = wire.identity;
      if (expiresAtMs !== undefined && expiresAtMs <= nowMs) end(wire, expired());
    }
  }

  function end(wire: Wire, why: Fault): void {
    log(`ended ${wire.identity.actor} on ${wire.namespace}: ${why.message}`);
    wire.emit("error", why);
    wire.close();
  }

  return {
    add(wire) {
      wires.add(wire);
      wire.onClose(() => wires.delete(wire));
    },
    async renew(wire, token) {
      const verified = await authenticator.verify(handshakeOf(wire.identity, token), wire.address);
      if (!verified.ok) return verified;
      const { actor } = wire.identity;
      if (verified.value.actor !== actor) {
        return fail("FORBIDDEN", `this connection is ${actor}'s; another one's token cannot renew it`);
      }
      wire.identity = verified.value;
      audit.record(authorOf(wire), { event: "auth:renew", outcome: "ok" });
      return succeed({});
    },
    endAllOf(credentialId, why) {
      for (const wire of wires) if (wire.identity.credentialId === credentialId) end(wire, why);
    },
    userIds: () => new Set([...wires].map(userIdOf).filter((id) => id !== undefined)),
    setRole(userId, role) {
      for (const wire of wires) {
        const { identity } = wire;
        if (identity.kind !== "dashboard" || identity.userId !== userId) continue;
        if (role === undefined) end(wire, notAMember(identity.actor));
        else wire.identity = { ...identity, role };
      }
    },
    close: () => cancelSweep(),
  };
}

function userIdOf({ identity }: Wire): string | undefined {
  return identity.kind === "dashboard" ? identity.userId : undefined;
}

function expired(): Fault {
  const message = "the token of this connection has expired; connect with another one";
  return fail("AUTH_FAILED", message, { reason: "expired" }).fault;
}

/** What the wire would connect with, had it that token. */
function handshakeOf(identity: Identity, token: string): Handshake {
  if (identity.kind === "dashboard") return { type: "dashboard", token };
  return {
    type: "worker",
    token,
    pc_id: identity.pcId,
    take_over: identity.isTakingOver,
    remembers_commands: identity.remembersCommands,
    takes_control: identity.takesControl,
    sends_video: identity.sendsVideo,
    ...(identity.session === undefined ? {} : { session: identity.session }),
  };
}
