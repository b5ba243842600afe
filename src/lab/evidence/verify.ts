/**
 * Whether evidence is worth showing: it belongs to the lab as it is now, nothing is missing, and every verdict
 * follows from what was recorded, so that nobody improves evidence by hand.
 */
import { isDeepStrictEqual } from 'node:util';
import { cellNamed, checksOfCell, faultsOfCell, readinessOfCell, stepsOfCell } from '../cell-steps.ts';
import { type Context, contextAfter } from '../expression.ts';
import { judgeCheck } from '../judge.ts';
import type { Check } from '../schema/check.ts';
import type { Lab } from '../schema/lab.ts';
import type { Step } from '../schema/step.ts';
import { compareIds, type Difference } from './difference.ts';
import { factProblems } from './facts.ts';
import { commandsAgain, valueAgain } from './rederive.ts';
import type { CheckRecord, Evidence, Facts, StepRecord } from './schema.ts';
import { sealOf } from './seal.ts';

/**
 * @param definition hash of the lab as it is now (src/lab/definition.ts).
 * @returns nothing when the evidence holds. Stale evidence gives that one difference: everything else would be
 *   a consequence of it.
 */
export async function verifyEvidence(
  evidence: Evidence,
  lab: Lab,
  definition: string,
): Promise<Difference[]> {
  if (evidence.definition !== definition) return [stale(lab)];
  const cell = cellNamed(lab, evidence.cell);
  if (cell === undefined || cell.proxyMode !== evidence.on.proxyMode) return [wrongCell(evidence)];
  const steps = stepsOfCell(lab, cell).map(({ step }) => step);
  const checks = checksOfCell(lab, cell);
  const readiness = ids(readinessOfCell(lab, cell));
  const sides = { expected: 'the lab', found: 'the evidence' };
  const contradictions = [
    ...compareIds('step', ids(steps), ids(evidence.steps), sides),
    ...compareIds('check', ids(checks.map(({ check }) => check)), ids(evidence.checks), sides),
    ...compareIds('fault', ids(faultsOfCell(lab, cell)), ids(evidence.faults), sides),
    ...compareIds('gate', readiness, readinessGates(evidence, readiness), sides),
    ...failures(evidence),
    ...factProblems(evidence.facts, 'facts'),
    ...(await Promise.all(steps.map((step) => verifyStep(evidence, step)))).flat(),
    ...(await Promise.all(checks.map(({ check }) => verifyCheck(evidence, check)))).flat(),
  ];
  // Of an edit that contradicts something, the contradiction says more.
  return contradictions.length > 0 ? contradictions : brokenSeal(evidence, lab);
}

function brokenSeal(evidence: Evidence, { id }: Lab): Difference[] {
  if (evidence.seal === sealOf(evidence)) return [];
  const message = `the file is not what the recorder wrote: it was edited; record again: npm run lab record ${id}`;
  return [{ kind: 'edited', where: 'seal', message }];
}

const stale = (lab: Lab): Difference => ({
  kind: 'stale',
  where: 'definition',
  message: `lab.ts, a manifest or the cluster shape has changed since; record again: npm run lab record ${lab.id}`,
});

const wrongCell = ({ cell, on }: Evidence): Difference => ({
  kind: 'facts',
  where: 'cell',
  message: `the lab has no cell ${cell} in which kube-proxy runs in ${on.proxyMode} mode`,
});

/** Gates of changes are recorded among those of the readiness; they come and go with their step. */
function readinessGates(evidence: Evidence, readiness: readonly string[]): string[] {
  return ids(evidence.gates).filter((id) => readiness.includes(id));
}

function ids(items: readonly { readonly id: string }[]): string[] {
  return items.map(({ id }) => id);
}

function failures({ gates, checks, faults }: Evidence): Difference[] {
  const records = [
    ...gates.map(({ id, verdict, saw }) => ({ what: 'gate', id, verdict, text: `saw ${saw}` })),
    ...checks.map(({ id, verdict, expected, saw, reason }) => ({
      what: 'check',
      id,
      verdict,
      text: reason ?? `expected ${expected}, saw ${JSON.stringify(saw)}`,
    })),
    ...faults.map(({ id, verdict, reason = '' }) => ({ what: 'fault', id, verdict, text: reason })),
  ];
  return records
    .filter(({ verdict }) => verdict !== 'passed')
    .map(({ what, id, verdict, text }) => ({
      kind: 'failed',
      where: `${what} ${id}`,
      message: `${verdict}: ${text}`,
    }));
}

async function verifyStep(evidence: Evidence, step: Step): Promise<Difference[]> {
  const index = evidence.steps.findIndex(({ id }) => id === step.id);
  const record = evidence.steps[index];
  if (record === undefined) return [];
  const where = `step ${step.id}`;
  const before = contextAfter(evidence.facts, begun(evidence, record, index));
  const value = valueAgain(step, record, evidence.traces);
  return [
    ...(record.facts === undefined ? [] : verifyFacts(record.facts, evidence.facts, step)),
    ...(await verifyCommands(step, record, before)),
    ...(value === undefined || isDeepStrictEqual(value, record.value)
      ? []
      : [
          {
            kind: 'output' as const,
            where,
            message: `its value does not follow from its output (or the parser is another one now: record again)\nvalue:       ${JSON.stringify(record.value)}\nfrom output: ${JSON.stringify(value)}`,
          },
        ]),
  ];
}

function verifyFacts(facts: Facts, initial: Facts, step: Step): Difference[] {
  const where = `facts after step ${step.id}`;
  const stays = (['client', 'nodes'] as const).filter(
    (name) => !isDeepStrictEqual(facts[name], initial[name]),
  );
  return [
    ...factProblems(facts, where),
    ...stays.map((name): Difference => {
      const message = `${name} differ from those at the beginning; a lab changes pods and Services only`;
      return { kind: 'facts', where, message };
    }),
  ];
}

/** Records of what had ended when the step began. A capture begins before the steps inside it. */
function begun({ steps }: Evidence, { id }: StepRecord, index: number): readonly StepRecord[] {
  return steps.slice(0, index).filter((step) => step.within !== id);
}

async function verifyCommands(step: Step, record: StepRecord, before: Context): Promise<Difference[]> {
  const again = await commandsAgain(step, before);
  const where = `step ${step.id}`;
  if (again.length !== record.commands.length) {
    const message = `the lab has ${again.length} commands, the evidence ${record.commands.length}`;
    return [{ kind: 'command', where, message }];
  }
  return record.commands.flatMap(({ shown }, index): Difference[] => {
    const words = again[index];
    if (words === undefined || shown.includes(words)) return [];
    const message = `the command does not follow from the facts\nrecorded: ${shown}\nexpected: … ${words}`;
    return [{ kind: 'command', where, message }];
  });
}

async function verifyCheck(evidence: Evidence, check: Check): Promise<Difference[]> {
  const recorded = evidence.checks.find(({ id }) => id === check.id);
  const end = evidence.steps.findIndex(({ id }) => id === recorded?.step);
  if (recorded === undefined || recorded.verdict === 'skipped' || end === -1) return [];
  const again = await judgeCheck(check, contextAfter(evidence.facts, evidence.steps.slice(0, end + 1)));
  const { verdict, expected, saw } = recorded;
  if (isDeepStrictEqual(again, { verdict, expected, saw })) return [];
  const line = (judged: Pick<CheckRecord, 'verdict' | 'expected' | 'saw'>) =>
    `${judged.verdict}, expected ${judged.expected}, saw ${JSON.stringify(judged.saw)}`;
  const message = `the verdict does not follow from the recorded steps\nrecorded:  ${line(recorded)}\nfollowing: ${line(again)}`;
  return [{ kind: 'verdict', where: `check ${check.id}`, message }];
}
