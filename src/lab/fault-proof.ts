/** When a fault is proved. Pure: evidence is judged again without a cluster. */
import { isDeepStrictEqual } from 'node:util';
import type { Judgement } from './judge.ts';
import type { Fault } from './schema/fault.ts';

/** What is recorded of an answer to a fault's probe: JSON, as no interface is. */
export type FaultAnswer = {
  /** Of curl. */
  readonly exit: number;
  /** 0: no HTTP answer. */
  readonly status: number;
  readonly error: string;
};

/** The client got an HTTP answer, whatever its status. */
export const answered = ({ exit, status = 0 }: { readonly exit: number; readonly status?: number }) =>
  exit === 0 && status > 0;

/**
 * Why these answers do not prove the fault; `undefined` when they do.
 *
 * @param shows whether the symptom shows in the answer with the fault in place, and in the one after its undo.
 */
export function whyUnproved(
  { symptom: { value } }: Pick<Fault, 'symptom'>,
  { baseline, symptom, repaired }: Readonly<Record<'baseline' | 'symptom' | 'repaired', FaultAnswer>>,
  shows: Readonly<Record<'symptom' | 'repaired', Judgement>>,
): string | undefined {
  if (!answered(baseline)) return 'the probe was not answered before the fault was there';
  if (shows.symptom.verdict === 'failed') {
    const { expected, saw } = shows.symptom;
    return `the symptom did not show: expected ${value} to be ${expected}, saw ${JSON.stringify(saw)}`;
  }
  if (isDeepStrictEqual(symptom, baseline)) return 'the symptom is the same as the baseline';
  if (!answered(repaired)) return 'the probe was not answered after the undo';
  if (shows.repaired.verdict === 'passed') return 'the symptom still showed after the undo';
  return undefined;
}
