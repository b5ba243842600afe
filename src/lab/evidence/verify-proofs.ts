/** Whether the verdicts of checks and faults follow from what was recorded. */
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import type { CellCheck } from '../cell-steps.ts';
import { contextAfter } from '../expression.ts';
import { type FaultAnswer, whyUnproved } from '../fault-proof.ts';
import { type Judgement, judgeCheck } from '../judge.ts';
import type { Fault } from '../schema/fault.ts';
import type { Difference } from './difference.ts';
import type { CheckRecord, Evidence, StepRecord } from './schema.ts';

export async function verifyCheck(evidence: Evidence, { check, step }: CellCheck): Promise<Difference[]> {
  const recorded = evidence.checks.find(({ id }) => id === check.id);
  const end = evidence.steps.findIndex(({ id }) => id === step);
  if (recorded === undefined || recorded.verdict === 'skipped' || end === -1) return [];
  const where = `check ${check.id}`;
  const { id, claim, scope } = check;
  const says = { id, step, claim, scope };
  const said = { id, step: recorded.step, claim: recorded.claim, scope: recorded.scope };
  if (!isDeepStrictEqual(said, says)) {
    const message = `is not what the lab has\nrecorded: ${JSON.stringify(said)}\nthe lab:  ${JSON.stringify(says)}`;
    return [{ kind: 'verdict', where, message }];
  }
  const again = await judgeCheck(check, contextAfter(evidence.facts, evidence.steps.slice(0, end + 1)));
  const { verdict, expected, saw } = recorded;
  if (isDeepStrictEqual(again, { verdict, expected, saw })) return [];
  const line = (judged: Pick<CheckRecord, 'verdict' | 'expected' | 'saw'>) =>
    `${judged.verdict}, expected ${judged.expected}, saw ${JSON.stringify(judged.saw)}`;
  const message = `the verdict does not follow from the recorded steps\nrecorded:  ${line(recorded)}\nfollowing: ${line(again)}`;
  return [{ kind: 'verdict', where, message }];
}

const answerSchema = z.strictObject({ exit: z.int(), status: z.int(), error: z.string() });
const answersSchema = z.object({ baseline: answerSchema, symptom: answerSchema, repaired: answerSchema });

/**
 * Judges the answers to the fault's probe again. Where its trace ended is not judged: it may be the hop at which it leaves
 * the prediction, which is not recorded.
 */
export async function verifyFault(evidence: Evidence, fault: Fault): Promise<Difference[]> {
  const recorded = evidence.faults.find(({ id }) => id === fault.id);
  if (recorded?.verdict !== 'passed') return [];
  const where = `fault ${fault.id}`;
  const { data: answers, error } = answersSchema.safeParse(recorded);
  if (error !== undefined) {
    const path = error.issues[0]?.path.join('.');
    return [{ kind: 'output', where, message: `${path}: is no answer of a probe: exit, status and error` }];
  }
  const [symptom, repaired] = await Promise.all([
    judgeAnswer(evidence, fault, answers.symptom),
    judgeAnswer(evidence, fault, answers.repaired),
  ]);
  const reason = whyUnproved(fault, answers, { symptom, repaired });
  if (reason === undefined) return [];
  const message = `the verdict does not follow from the recorded answers\nrecorded:  passed\nfollowing: failed, ${reason}`;
  return [{ kind: 'verdict', where, message }];
}

/** Of an answer only exit code and status are recorded: a symptom that reads more can't be judged again. */
function judgeAnswer(
  evidence: Evidence,
  { symptom }: Fault,
  { exit, status, error: err }: FaultAnswer,
): Promise<Judgement> {
  const record: StepRecord = {
    id: 'symptom',
    kind: 'probe',
    commands: [{ shown: '', exit, out: '', err }],
    value: { exit, status },
  };
  return judgeCheck(symptom, contextAfter(evidence.facts, [...evidence.steps, record]));
}
