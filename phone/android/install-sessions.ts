import type { Archive, Packages } from "./packages.ts";

/** Installations under way: archives are written into one, then it is committed or abandoned. */
export interface InstallSessions {
  /** Answers the session's number. */
  create(options: { maySetBack: boolean }): number;
  has(id: number): boolean;
  write(id: number, name: string, bytes: Uint8Array): void;
  /** Undefined: installed; otherwise why not. The session is over either way. */
  commit(id: number): string | undefined;
  abandon(id: number): void;
}

interface Session {
  maySetBack: boolean;
  archives: Map<string, Archive>;
}

export function makeInstallSessions(packages: Packages): InstallSessions {
  const sessions = new Map<number, Session>();

  return {
    create(options) {
      // Random as on Android: a script must not count on the next one.
      const id = 1 + Math.floor(Math.random() * 0x7ffffffe);
      sessions.set(id, { ...options, archives: new Map() });
      return id;
    },
    has: (id) => sessions.has(id),
    write(id, name, bytes) {
      sessions.get(id)?.archives.set(name, { path: `/data/app/vmdl${id}.tmp/${name}`, bytes });
    },
    commit(id) {
      const session = sessions.get(id);
      sessions.delete(id);
      return session && packages.install([...session.archives.values()], session);
    },
    abandon: (id) => void sessions.delete(id),
  };
}
