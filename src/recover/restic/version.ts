/** `restic version`, as far as it decides what may be asked for. */
export interface ResticVersion {
  readonly text: string;
  readonly minor: number;
  readonly patch: number;
}

export interface ResticFeatures {
  /** `repair index` instead of `rebuild-index` */
  readonly repairIndex: boolean;
  readonly retryLock: boolean;
  /** `restore --json` tells how far it has come */
  readonly restoreJson: boolean;
  /** exit statuses 10, 11, 12 tell why */
  readonly exitCodes: boolean;
  readonly checkJson: boolean;
  readonly sparseRestore: boolean;
  /** a full snapshot id in the summary of `backup --json` */
  readonly fullIds: boolean;
  /** `--compression max` wrote damaged packs. Source: restic's change log of 0.16.1 and 0.16.4 */
  readonly compressionMax: boolean;
}

/** @returns null when the text is not restic's */
export function parseVersion(text: string): ResticVersion | null {
  const match = /\brestic (0|[1-9]\d*)\.(\d+)\.(\d+)/.exec(text) ?? /"version":\s*"(\d+)\.(\d+)\.(\d+)/.exec(text);
  if (match === null) return null;
  const [major, minor, patch] = match.slice(1).map(Number);
  // a version 1.x has everything that 0.x had
  return { text: match.slice(1).join("."), minor: (major ?? 0) * 1_000 + (minor ?? 0), patch: patch ?? 0 };
}

export function featuresOf({ minor, patch }: ResticVersion): ResticFeatures {
  return {
    repairIndex: minor >= 16,
    retryLock: minor >= 16,
    restoreJson: minor >= 16,
    exitCodes: minor >= 17,
    checkJson: minor >= 18,
    sparseRestore: minor >= 15,
    fullIds: minor >= 15,
    compressionMax: minor !== 16 || (patch !== 0 && patch !== 3),
  };
}
