/** Whether the record of a step follows from the lab, from what was recorded before it, and from its own output. */
import { isDeepStrictEqual } from 'node:util';
import type { CellStep } from '../cell-steps.ts';
import { type Context, contextAfter } from '../expression.ts';
import type { Json } from '../json.ts';
import type { Step } from '../schema/step.ts';
import type { Difference } from './difference.ts';
import { factProblems } from './facts.ts';
import { commandsAgain, exitsAgain, valueAgain } from './rederive.ts';
import type { Evidence, Facts, StepRecord } from './schema.ts';

export async function verifyStep(evidence: Evidence, { step, within }: CellStep): Promise<Difference[]> {
  const index = evidence.steps.findIndex(({ id }) => id === step.id);
  const record = evidence.steps[index];
  if (record === undefined) return [];
  const where = `step ${step.id}`;
  const before = contextAfter(evidence.facts, begun(evidence, record, index));
  const value = valueAgain(step, record, evidence.traces);
  return [
    ...verifyOutline(record, step, within),
    ...(record.facts === undefined ? [] : verifyFacts(record.facts, evidence.facts, step)),
    ...(await verifyCommands(step, record, before)),
    ...verifyExits(step, record, value),
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

/** What a step is, where it was, and whether facts follow it: all that later steps and checks take from it. */
function verifyOutline(record: StepRecord, { id, kind }: Step, within: string | undefined): Difference[] {
  const where = `step ${id}`;
  const words = (kindOf: string, capture: string | undefined) =>
    capture === undefined ? kindOf : `${kindOf} within ${capture}`;
  const [expected, found] = [words(kind, within), words(record.kind, record.within)];
  const hasFacts = record.facts !== undefined;
  return [
    ...(expected === found
      ? []
      : [
          {
            kind: 'command' as const,
            where,
            message: `the lab has it as ${expected}, the evidence as ${found}`,
          },
        ]),
    ...(hasFacts === (kind === 'change')
      ? []
      : [
          {
            kind: 'facts' as const,
            where,
            message: hasFacts
              ? 'has facts, though only a change has any'
              : 'changes the cluster and has no facts',
          },
        ]),
  ];
}

/** Exit codes with which the run would have gone on. */
function verifyExits(step: Step, { commands }: StepRecord, value: Json | undefined): Difference[] {
  const accepted = exitsAgain(step, value);
  const where = `step ${step.id}`;
  return commands.flatMap(({ exit, shown }): Difference[] => {
    if (accepted === 'any' || accepted.includes(exit)) return [];
    const message = `a run ends here: \`${shown}\` exited with ${exit}, expected ${accepted.join(' or ')}`;
    return [{ kind: 'exit', where, message }];
  });
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
