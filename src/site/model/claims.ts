/** What a check claims. One id may have a claim for each mode or pod network, and each is told with its own recordings. */
import { definedCheck, findCheck, type RecordedCheck } from '../evidence/find.ts';
import type { RecordedLab } from '../evidence/lab.ts';

export interface Claim {
  readonly claim: string;
  /** Where it holds; nothing, when it holds everywhere. */
  readonly scopes: readonly string[];
  /** Empty only in a draft that was not recorded yet. */
  readonly recorded: readonly RecordedCheck[];
}

/** In the order of the lab's matrix. */
export function claimsOf(lab: RecordedLab, id: string): readonly Claim[] {
  const found = findCheck(lab, id);
  if (found.length === 0) {
    const { claim, scope } = definedCheck(lab.lab, id);
    return [{ claim, scopes: limits([scope]), recorded: [] }];
  }
  return [...Map.groupBy(found, ({ check }) => check.claim)].map(([claim, recorded]) => ({
    claim,
    scopes: limits(recorded.map(({ check }) => check.scope)),
    recorded,
  }));
}

const limits = (scopes: readonly string[]): string[] => [
  ...new Set(scopes.filter((scope) => scope !== 'always')),
];
