/** Whether a fresh run of a lab shows what its committed evidence shows, names and addresses by role. */
import { normaliser } from '../../trace/normalise.ts';
import { cellNamed, stepsOfCell } from '../cell-steps.ts';
import type { DefinitionFiles } from '../definition.ts';
import type { Lab } from '../schema/lab.ts';
import type { Step } from '../schema/step.ts';
import { compareFacts } from './compare-facts.ts';
import { compareTraces } from './compare-traces.ts';
import { compareIds, compareLines, type Difference } from './difference.ts';
import { numbersIn, roleDictionary } from './roles.ts';
import type { Evidence, StepRecord } from './schema.ts';

const sides = { expected: 'the committed evidence', found: 'the fresh run' };

/**
 * @returns nothing when steps, exit codes, verdicts and facts are the same, and outputs as far as each step's
 *   `compare` asks for. The committed side comes first, as `-` lines.
 */
export function compareEvidence(
  committed: Evidence,
  fresh: Evidence,
  lab: Lab,
  files: Pick<DefinitionFiles, 'manifests'>,
): Difference[] {
  const keep = numbersIn([JSON.stringify(lab), ...Object.values(files.manifests)]);
  const normalise = {
    committed: byRole(committed, keep),
    fresh: byRole(fresh, keep),
  };
  const cell = cellNamed(lab, committed.cell);
  const ofCell = cell === undefined ? [] : stepsOfCell(lab, cell);
  const steps = ofCell.flatMap(({ step }) => {
    const [before, after] = [recordOf(committed, step), recordOf(fresh, step)];
    return before === undefined || after === undefined
      ? []
      : compareStep(step, before, after, normalise, keep);
  });
  const ids = (items: readonly { readonly id: string }[]) => items.map(({ id }) => id);
  return [
    ...sameValue('cell', 'cell', committed.cell, fresh.cell),
    ...compareFacts('facts', committed.facts, fresh.facts, keep),
    ...compareIds('step', ids(committed.steps), ids(fresh.steps), sides),
    ...compareIds('check', ids(committed.checks), ids(fresh.checks), sides),
    ...compareIds('fault', ids(committed.faults), ids(fresh.faults), sides),
    ...(['checks', 'faults'] as const).flatMap((kind) => compareVerdicts(kind, committed, fresh)),
    ...steps,
    ...compareTraces(committed.traces, fresh.traces),
    ...compareLines(
      'output',
      'gates',
      gateLines(committed, normalise.committed),
      gateLines(fresh, normalise.fresh),
    ),
    ...compareLines(
      'output',
      'faults',
      faultLines(committed, normalise.committed),
      faultLines(fresh, normalise.fresh),
    ),
  ];
}

/** How long curl took is chance even where the number is one of the lab's: `after 0 ms`, `after 1 ms`. */
const tookTime = /\b\d+(?:\.\d+)? ?(?:ms|milliseconds|seconds)\b/g;

/** `kubectl rollout status` prints how far it found a rollout: chance, but for its last line. */
const rolloutProgress = /^Waiting for .+ rollout to finish: .*(?:\n|$)/gm;

function byRole(evidence: Evidence, keep: ReadonlySet<number>): (text: string) => string {
  const normalise = normaliser(roleDictionary(evidence, keep), keep);
  return (text) => normalise(text.replace(rolloutProgress, '').replace(tookTime, '<time>'));
}

type Normalise = Record<'committed' | 'fresh', (text: string) => string>;

const recordOf = ({ steps }: Evidence, { id }: Step): StepRecord | undefined =>
  steps.find((step) => step.id === id);

function compareVerdicts(kind: 'checks' | 'faults', committed: Evidence, fresh: Evidence): Difference[] {
  return committed[kind].flatMap(({ id, verdict }) => {
    const other = fresh[kind].find((record) => record.id === id);
    return other === undefined
      ? []
      : sameValue('verdict', `${kind.slice(0, -1)} ${id}`, verdict, other.verdict);
  });
}

/** A gate may be asked more than once under one id, and those of one step in any order. */
const gateLines = ({ gates }: Evidence, normalise: (text: string) => string) =>
  gates.map(({ id, verdict, saw }) => `${id}: ${verdict}, ${normalise(saw)}`).sort();

const faultLines = ({ faults }: Evidence, normalise: (text: string) => string) =>
  faults.flatMap((fault) =>
    (['baseline', 'symptom', 'repaired'] as const).map(
      (when) => `${fault.id}, ${when}: ${normalise(JSON.stringify(fault[when]))}`,
    ),
  );

function compareStep(
  step: Step,
  committed: StepRecord,
  fresh: StepRecord,
  normalise: Normalise,
  keep: ReadonlySet<number>,
): Difference[] {
  const where = `step ${step.id}`;
  if (committed.commands.length !== fresh.commands.length) {
    return sameValue(
      'command',
      where,
      `${committed.commands.length} commands`,
      `${fresh.commands.length} commands`,
    );
  }
  const facts =
    committed.facts === undefined || fresh.facts === undefined
      ? sameValue('facts', where, factsOrNone(committed), factsOrNone(fresh))
      : compareFacts(`facts after ${where}`, committed.facts, fresh.facts, keep);
  const commands = committed.commands.flatMap((record, index): Difference[] => {
    const other = fresh.commands[index];
    if (other === undefined) return [];
    return [
      ...sameValue('command', where, normalise.committed(record.shown), normalise.fresh(other.shown)),
      ...sameValue('exit', where, `exit code ${record.exit}`, `exit code ${other.exit}`),
      ...compareOutput(step, where, record, other, normalise),
    ];
  });
  return [...facts, ...commands];
}

const factsOrNone = ({ facts }: StepRecord) => (facts === undefined ? 'no facts' : 'facts');

function compareOutput(
  step: Step,
  where: string,
  committed: StepRecord['commands'][number],
  fresh: StepRecord['commands'][number],
  normalise: Normalise,
): Difference[] {
  // The ledger of a trace is compared as ways (compareTraces): its columns are as wide as names and ports are.
  const compare = step.kind === 'trace' ? 'exit' : 'compare' in step ? step.compare : 'output';
  // What is not compared does not go through the normaliser: it numbers chain names as they appear.
  if (compare === 'exit') return [];
  const lines = ({ out, err }: typeof committed, side: keyof Normalise) => {
    const text = normalise[side]([out, err].filter(Boolean).join('\n'));
    // Columns are as wide as their widest value, which is a name or an address.
    const all = text.split('\n').map((line) => line.trimEnd().replace(/ {2,}/g, '  '));
    return compare === 'lines' ? [...new Set(all)].sort() : all;
  };
  const [before, after] = [lines(committed, 'committed'), lines(fresh, 'fresh')];
  return compareLines('output', where, before, after);
}

function sameValue(
  kind: Difference['kind'] | 'cell',
  where: string,
  committed: string,
  fresh: string,
): Difference[] {
  if (committed === fresh) return [];
  return [{ kind: kind === 'cell' ? 'facts' : kind, where, message: `- ${committed}\n+ ${fresh}` }];
}
