/** What <Proved> tells on demand: the claim, and what each recording saw. */
import { findFault, splitClaim } from '../evidence/find.ts';
import { networkOf, type RecordedLab } from '../evidence/lab.ts';
import { claimsOf } from './claims.ts';

export interface Proof {
  readonly by: string;
  /** A check proves its claim; a drill, that its break shows as its symptom and nothing else. */
  readonly kind: 'check' | 'drill';
  /** One; more, where modes or pod networks have each their own. */
  readonly claims: readonly ProvedClaim[];
}

export interface ProvedClaim {
  readonly claim: string;
  /** Where the claim holds; nothing, when it holds everywhere. */
  readonly scopes: readonly string[];
  readonly seen: readonly Seen[];
}

export interface Seen {
  /** The recordings that saw the same. */
  readonly cells: readonly { readonly mode: string; readonly network: string }[];
  readonly expected: string;
  readonly saw: string;
}

/** @throws EvidenceError when the lab has neither a check nor a fault of this name. */
export function proof(recorded: RecordedLab, by: string): Proof {
  const { check: id } = splitClaim(by);
  if (recorded.lab.faults.some((fault) => fault.id === id)) return drillProof(recorded, by, id);
  const claims = claimsOf(recorded, id).map(({ claim, scopes, recorded: records }) => ({
    claim,
    scopes,
    seen: sawTheSame(
      records.map(({ cell, check }) => ({
        ...cellOf(cell),
        expected: check.expected,
        saw: shorten(typeof check.saw === 'string' ? check.saw : JSON.stringify(check.saw)),
      })),
    ),
  }));
  return { by, kind: 'check', claims };
}

function drillProof(recorded: RecordedLab, by: string, id: string): Proof {
  const { fault, recorded: records } = findFault(recorded, id);
  const seen = sawTheSame(
    records.map(({ cell, fault: { symptom } }) => ({
      ...cellOf(cell),
      expected: '',
      saw: shorten(symptomText(symptom)),
    })),
  );
  return { by, kind: 'drill', claims: [{ claim: fault.symptom.text, scopes: [], seen }] };
}

const cellOf = (cell: Parameters<typeof networkOf>[0]) => ({
  mode: cell.on.proxyMode,
  network: networkOf(cell),
});

/** What stands there once is read once, and weighs half. */
function sawTheSame(
  records: readonly (ReturnType<typeof cellOf> & Pick<Seen, 'expected' | 'saw'>)[],
): readonly Seen[] {
  const groups = Map.groupBy(records, ({ expected, saw }) => JSON.stringify([expected, saw]));
  return [...groups.values()].flatMap((same) => {
    const [first] = same;
    if (first === undefined) return [];
    const { expected, saw } = first;
    return [{ cells: same.map(({ mode, network }) => ({ mode, network })), expected, saw }];
  });
}

/** curl's own words, where the probe had no answer; where it had a wrong one, its status. */
export function symptomText(symptom: unknown): string {
  if (typeof symptom !== 'object' || symptom === null || !('error' in symptom))
    return JSON.stringify(symptom);
  return symptom.error === '' && 'status' in symptom ? `HTTP ${symptom.status}` : String(symptom.error);
}

/** Whole outputs are on the page already, or in the evidence file. */
function shorten(text: string): string {
  const [line = '', ...more] = text.trim().split('\n');
  const cut = line.length > 96 ? `${line.slice(0, 95)}…` : line;
  return more.length === 0 ? cut : `${cut} (and ${more.length} more lines)`;
}
