/** What an operator may set about how the farm behaves; `options.ts` says by which option. */
export interface FarmSettings {
  /** Whether operators run `shell` commands, or admins alone. */
  operatorsMayShell: boolean;
}

export const defaultSettings: FarmSettings = { operatorsMayShell: false };
