/** When a suite that can't run on this machine may be left out. */

export interface Asked {
  /** By `--suite`. */
  readonly byName: boolean;
  /** By `npm run test:all`. */
  readonly all: boolean;
  readonly ci: boolean;
}

/** Why leaving it out is a failure; `undefined` when it may be left out. */
export function whyItMustRun({ byName, all, ci }: Asked): string | undefined {
  if (byName) return 'it was asked for by name';
  if (all) return 'npm run test:all leaves nothing out';
  return ci ? 'CI=true allows no skipped suite' : undefined;
}
