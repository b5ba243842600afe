/** Whether a fresh run of a lab shows what its committed evidence shows, names and addresses by role. */
import { diff } from 'node:util';
import { normaliser } from '../../trace/normalise.ts';
import { stepsOfCell } from '../cell-steps.ts';
import type { DefinitionFiles } from '../definition.ts';
import type { Lab } from '../schema/lab.ts';
import type { Step } from '../schema/step.ts';
import { compareIds, type Difference } from './difference.ts';
import { numbersIn, roleDictionary } from './roles.ts';
import type { Evidence, Facts, StepRecord } from './schema.ts';

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
    committed: normaliser(roleDictionary(committed, keep), keep),
    fresh: normaliser(roleDictionary(fresh, keep), keep),
  };
  const steps = stepsOfCell(lab, committed.on.proxyMode).flatMap(({ step }) => {
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
    ...compareIds('gate', ids(committed.gates), ids(fresh.gates), sides),
    ...compareIds('check', ids(committed.checks), ids(fresh.checks), sides),
    ...compareIds('fault', ids(committed.faults), ids(fresh.faults), sides),
    ...(['gates', 'checks', 'faults'] as const).flatMap((kind) => compareVerdicts(kind, committed, fresh)),
    ...steps,
  ];
}

type Normalise = Record<'committed' | 'fresh', (text: string) => string>;

const recordOf = ({ steps }: Evidence, { id }: Step): StepRecord | undefined =>
  steps.find((step) => step.id === id);

function compareVerdicts(
  kind: 'gates' | 'checks' | 'faults',
  committed: Evidence,
  fresh: Evidence,
): Difference[] {
  return committed[kind].flatMap(({ id, verdict }) => {
    const other = fresh[kind].find((record) => record.id === id);
    return other === undefined
      ? []
      : sameValue('verdict', `${kind.slice(0, -1)} ${id}`, verdict, other.verdict);
  });
}

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
  const compare = 'compare' in step ? step.compare : 'output';
  // What is not compared does not go through the normaliser: it numbers chain names as they appear.
  if (compare === 'exit') return [];
  const lines = ({ out, err }: typeof committed, side: keyof Normalise) => {
    const text = normalise[side]([out, err].filter(Boolean).join('\n'));
    // Columns are as wide as their widest value, which is a name or an address.
    const all = text.split('\n').map((line) => line.trimEnd().replace(/ {2,}/g, '  '));
    return compare === 'lines' ? [...new Set(all)].sort() : all;
  };
  const [before, after] = [lines(committed, 'committed'), lines(fresh, 'fresh')];
  if (before.join('\n') === after.join('\n')) return [];
  return [{ kind: 'output', where, message: `the output differs\n${formatDiff(before, after)}` }];
}

/** Only the lines that one side has: `-` the committed one, `+` the fresh one. */
function formatDiff(committed: readonly string[], fresh: readonly string[]): string {
  return diff([...committed], [...fresh])
    .filter(([operation]) => operation !== 0)
    .map(([operation, line]) => `${operation === 1 ? '-' : '+'} ${line}`)
    .join('\n');
}

/** The same nodes, Services and number of pods of each app. On which node a pod is may be chance. */
function compareFacts(
  where: string,
  committed: Facts,
  fresh: Facts,
  keep: ReadonlySet<number>,
): Difference[] {
  // A node port that the lab does not ask for is chosen by the API server.
  const ports = (list: Facts['services'][string]['ports']) =>
    list.map(({ nodePort, ...port }) => ({
      ...port,
      ...(nodePort === undefined ? {} : { nodePort: keep.has(nodePort) ? nodePort : 'any' }),
    }));
  const outline = ({ nodes, pods, services }: Facts) => [
    ...Object.entries(nodes).map(([role, node]) => `node ${role}: ${Object.keys(node).sort().join(', ')}`),
    ...[...Map.groupBy(pods, ({ app, ready }) => `pods ${app}, ${ready ? 'ready' : 'not ready'}`)].map(
      ([name, group]) => `${name}: ${group.length}`,
    ),
    ...Object.entries(services).map(
      ([name, service]) => `Service ${name}: ${JSON.stringify(ports(service.ports))}`,
    ),
  ];
  const [before, after] = [outline(committed).sort(), outline(fresh).sort()];
  if (before.join('\n') === after.join('\n')) return [];
  return [{ kind: 'facts', where, message: `the facts differ\n${formatDiff(before, after)}` }];
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
