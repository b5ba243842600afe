/** What <Proved> tells on demand: the claim, and what each recording saw. */
import { definedCheck, findCheck, splitClaim } from '../evidence/find.ts';
import type { RecordedLab } from '../evidence/lab.ts';

export interface Proof {
  readonly by: string;
  readonly claim: string;
  /** Where the claim holds; `always` is not shown. */
  readonly scope: string;
  readonly seen: readonly { readonly cell: string; readonly expected: string; readonly saw: string }[];
}

export function proof(recorded: RecordedLab, by: string): Proof {
  const { check } = splitClaim(by);
  const { claim, scope } = definedCheck(recorded.lab, check);
  const seen = findCheck(recorded, check).map(({ cell, check: record }) => ({
    cell: cell.cell,
    expected: record.expected,
    saw: shorten(typeof record.saw === 'string' ? record.saw : JSON.stringify(record.saw)),
  }));
  return { by, claim, scope, seen };
}

/** Whole outputs are on the page already, or in the evidence file. */
function shorten(text: string): string {
  const [line = '', ...more] = text.trim().split('\n');
  const cut = line.length > 96 ? `${line.slice(0, 95)}…` : line;
  return more.length === 0 ? cut : `${cut} (and ${more.length} more lines)`;
}
