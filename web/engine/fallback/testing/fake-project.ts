import type { DeviceRow, FallbackPlace, MakeFallbackPlace, Told } from "../fallback-place.ts";

interface Kept {
  pcId: string;
  row: DeviceRow;
}

/** A project in memory that takes and refuses rows as the real one's triggers do. */
export interface FakeProject {
  makePlace: MakeFallbackPlace;
  devices: Map<string, Kept>;
  /** What was asked, in order: who, what, how many rows. */
  requests: string[];
  /** When dashboards were told of something, milliseconds. */
  messagesAtMs: number[];
  /** Its answer to everything but a sign-in; nothing: all is well. */
  refusal: { reason: string; isSignedOut: boolean } | undefined;
  mayNotSignIn: boolean;
}

const aliveMs = 60_000;

export function makeFakeProject(): FakeProject {
  const devices = new Map<string, Kept>();
  const seenAtMs = new Map<string, number>();

  function isTaken(pcId: string, { device_id: id }: DeviceRow): boolean {
    const kept = devices.get(id);
    if (kept === undefined || kept.pcId === pcId || kept.row.status === "offline") return true;
    return Date.now() - (seenAtMs.get(kept.pcId) ?? Number.NEGATIVE_INFINITY) > aliveMs;
  }

  const makePlace: MakeFallbackPlace = (_, pcId): FallbackPlace => {
    function answer<T>(what: string, value: () => T): Promise<Told<T>> {
      project.requests.push(`${pcId} ${what}`);
      const { refusal } = project;
      return Promise.resolve(
        refusal === undefined ? { ok: true, value: value() } : { ok: false, ...refusal },
      );
    }
    return {
      prepare: () => Promise.resolve(true),
      signIn() {
        project.requests.push(`${pcId} signs in`);
        const refused = { ok: false, reason: "429", isSignedOut: false } as const;
        return Promise.resolve(project.mayNotSignIn ? refused : { ok: true, value: undefined });
      },
      read: () =>
        answer("reads", () =>
          [...devices.values()].filter((kept) => kept.pcId === pcId).map((kept) => structuredClone(kept.row)),
        ),
      write: (rows) =>
        answer(`writes ${rows.length}`, () => {
          const taken = rows.filter((row) => isTaken(pcId, row));
          for (const row of taken) devices.set(row.device_id, { pcId, row: structuredClone(row) });
          if (taken.length > 0) project.messagesAtMs.push(Date.now());
          return taken.map(({ device_id: id }) => id);
        }),
      sayHere: () => answer("is here", () => void seenAtMs.set(pcId, Date.now())),
      close: () => void project.requests.push(`${pcId} closes`),
    };
  };

  const project: FakeProject = {
    makePlace,
    devices,
    requests: [],
    messagesAtMs: [],
    refusal: undefined,
    mayNotSignIn: false,
  };
  return project;
}
