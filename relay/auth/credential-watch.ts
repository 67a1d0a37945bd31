import type { Audit } from "../audit/audit.ts";
import { isoTimeOf, type Clock } from "../clock.ts";
import type { CredentialRows } from "../store/credential-rows.ts";
import { endOf } from "./authenticate.ts";
import type { Credential, Credentials } from "./credentials.ts";

const lookMs = 1000;

export interface CredentialWatchNeeds {
  credentials: Credentials;
  store: CredentialRows;
  audit: Audit;
  clock: Clock;
  /** Once for each; `isReplaced` when the same operator has a living token beside it. */
  onRevoked: (credential: Credential, isReplaced: boolean) => void;
}

/**
 * Notices within a second what subcommands did to keys and tokens, also while no relay ran, and records each once: that
 * it was recorded goes to the disk together with the row. The returned function ends it.
 */
export function watchCredentials(needs: CredentialWatchNeeds): () => void {
  const { credentials, store, audit, clock, onRevoked } = needs;
  let seenVersion = credentials.version();
  look();
  let cancel = clock.setTimer(lookMs, lookAgain);

  function lookAgain(): void {
    cancel = clock.setTimer(lookMs, lookAgain);
    const version = credentials.version();
    if (version === seenVersion) return;
    look();
    seenVersion = version;
  }

  function look(): void {
    const all = credentials.list();
    for (const credential of all) {
      const { id, createdBy, revoked } = credential;
      if (!store.hasCredentialChange(`create ${id}`)) {
        store.addCredentialChange(`create ${id}`);
        record("credential:create", createdBy, credential);
      }
      if (revoked === undefined || store.hasCredentialChange(`revoke ${id}`)) continue;
      store.addCredentialChange(`revoke ${id}`);
      record("credential:revoke", revoked.by, credential);
      onRevoked(
        credential,
        all.some((other) => isLivingTwin(other, credential)),
      );
    }
  }

  function isLivingTwin(other: Credential, { kind, ...revoked }: Credential): boolean {
    const isSame = other.kind === "operator" && kind === "operator" && "name" in revoked;
    return isSame && other.name === revoked.name && endOf(other, clock.now()) === undefined;
  }

  function record(event: string, actor: string, credential: Credential): void {
    audit.record({ actor, address: "" }, { event, outcome: "ok", details: detailsOf(credential) });
  }

  return () => cancel();
}

function detailsOf(credential: Credential): object {
  const { id, kind, createdAtMs, expiresAtMs } = credential;
  return {
    id,
    kind,
    ...(credential.kind === "operator"
      ? { name: credential.name, role: credential.role }
      : { pc_id: credential.pcId }),
    created_at: isoTimeOf(createdAtMs),
    ...(expiresAtMs === undefined ? {} : { expires_at: isoTimeOf(expiresAtMs) }),
  };
}
