/** What an operator may set about how the farm behaves; `options.ts` says by which option. */
export interface FarmSettings {
  /** Whether operators run `shell` commands, or admins alone. */
  operatorsMayShell: boolean;
  /** How long somebody holds a device without using it. */
  leaseIdleMs: number;
  /** How long before that end the holder is warned. */
  leaseWarningMs: number;
}

export const defaultSettings: FarmSettings = {
  operatorsMayShell: false,
  leaseIdleMs: 600_000,
  leaseWarningMs: 60_000,
};
