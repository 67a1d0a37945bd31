/** What an operator may set about how the farm behaves; `options.ts` says by which option. */
export interface FarmSettings {
  /** Whether operators run `shell` commands, or admins alone. */
  operatorsMayShell: boolean;
  /** How long a command waits for its worker to take it before it fails. */
  commandWaitMs: number;
  /** How many commands wait for one worker that is away. */
  mostWaitingCommands: number;
  /** How long what became of a command is remembered; the audit trail keeps it longer. */
  commandKeepMs: number;
  /** How long somebody holds a device without using it. */
  leaseIdleMs: number;
  /** How long before that end the holder is warned. */
  leaseWarningMs: number;
  /** Events of one connection in the long run, whatever they are; five times as many at once. */
  eventsPerSecond: number;
  /** How long rows of the audit trail are kept, and in how much room, about. */
  auditKeepDays: number;
  auditKeepBytes: number;
  /** What the Supabase project takes of the farm while workers report there by themselves. */
  fallbackMessagesPerSecond: number;
}

export const defaultSettings: FarmSettings = {
  operatorsMayShell: false,
  commandWaitMs: 60_000,
  mostWaitingCommands: 100,
  commandKeepMs: 7 * 24 * 3_600_000,
  leaseIdleMs: 600_000,
  leaseWarningMs: 60_000,
  eventsPerSecond: 2000,
  auditKeepDays: 90,
  auditKeepBytes: 1_000_000_000,
  fallbackMessagesPerSecond: 50,
};
