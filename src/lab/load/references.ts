/** Expressions of a lab: whether they parse, and whether the steps they read have run by then. */
import { ExpressionSyntaxError, expressionsIn, parseExpression } from '../expression.ts';
import type { Check, Expectation } from '../schema/check.ts';
import type { Gate } from '../schema/gate.ts';
import type { Lab } from '../schema/lab.ts';
import type { ProxyMode, When } from '../schema/names.ts';
import type { Step } from '../schema/step.ts';
import type { Problem } from './problem.ts';

type Path = Problem['path'];

/** Steps that have run, by id, and the modes in which they do. */
type Known = ReadonlyMap<string, readonly ProxyMode[]>;

/** Who reads: what has run by then, and the modes in which it is read. */
interface Reader {
  readonly known: Known | 'no steps';
  readonly modes: readonly ProxyMode[];
}

export function referenceProblems(lab: Lab): Problem[] {
  const modes = lab.matrix.proxyMode;
  const beforeAll: Reader = { known: 'no steps', modes };
  // The answer to a fault's probe stands where the value of a step would.
  const ofSymptom: Reader = { known: new Map([['symptom', modes]]), modes };
  return [
    ...gates(lab.readiness, ['readiness'], beforeAll),
    ...steps(lab.steps, ['steps'], new Map(), modes),
    ...lab.faults.flatMap((fault, index) => {
      const at: Path = ['faults', index];
      const { symptom } = fault;
      return [
        ...templates(
          { from: symptom.probe.from, url: symptom.probe.url },
          [...at, 'symptom', 'probe'],
          beforeAll,
        ),
        ...expressions({ value: symptom.value }, [...at, 'symptom'], ofSymptom),
        ...expectation(symptom.expect, [...at, 'symptom', 'expect'], ofSymptom),
        ...commands(fault.inject, [...at, 'inject'], beforeAll),
        ...gates(fault.until, [...at, 'until'], beforeAll),
        ...commands(fault.undo, [...at, 'undo'], beforeAll),
        ...gates(fault.repaired, [...at, 'repaired'], beforeAll),
      ];
    }),
  ];
}

/** In the order in which steps end: those inside a capture before the capture. */
function* steps(
  list: readonly Step[],
  at: Path,
  known: Map<string, readonly ProxyMode[]>,
  outer: readonly ProxyMode[],
): Generator<Problem> {
  for (const [index, step] of list.entries()) {
    const path = [...at, index];
    const modes = within(outer, step.when);
    const reader: Reader = { known, modes };
    yield* ownTexts(step, path, reader);
    // Steps inside a capture may read what it has seen so far.
    known.set(step.id, [...(known.get(step.id) ?? []), ...modes]);
    if (step.kind === 'capture') yield* steps(step.during, [...path, 'during'], known, modes);
    if (step.kind === 'change') yield* gates(step.until, [...path, 'until'], reader);
    yield* checks(step.checks, [...path, 'checks'], reader);
  }
}

function ownTexts(step: Step, path: Path, reader: Reader): Problem[] {
  switch (step.kind) {
    case 'say':
      return [];
    case 'run':
      return commands([step], path, reader, 'self');
    case 'probe':
    case 'trace':
      return templates({ from: step.from, url: step.url }, path, reader);
    case 'change':
      return commands(step.commands, [...path, 'commands'], reader);
    case 'capture':
      return commands(step.watches, [...path, 'watches'], reader);
    default:
      return step satisfies never;
  }
}

function checks(list: readonly Check[], at: Path, reader: Reader): Problem[] {
  return list.flatMap((check, index) => {
    const own = { ...reader, modes: within(reader.modes, check.when) };
    return [
      ...expressions({ value: check.value }, [...at, index], own),
      ...expectation(check.expect, [...at, index, 'expect'], own),
    ];
  });
}

function expectation(expect: Expectation, at: Path, reader: Reader): Problem[] {
  const {
    same,
    in: list,
    matches,
    lacks,
  } = expect as Partial<Record<'same' | 'in' | 'matches' | 'lacks', string>>;
  return [
    ...expressions({ ...(same && { same }), ...(list && { in: list }) }, at, reader),
    ...regularExpressions({ ...(matches && { matches }), ...(lacks && { lacks }) }, at),
  ];
}

function regularExpressions(fields: Readonly<Record<string, string>>, at: Path): Problem[] {
  return Object.entries(fields).flatMap(([field, source]) => {
    try {
      new RegExp(source, 'm');
      return [];
    } catch (error) {
      return [{ path: [...at, field], message: (error as Error).message }];
    }
  });
}

function gates(list: readonly Gate[], at: Path, reader: Reader): Problem[] {
  return list.flatMap((gate, index) =>
    gate.kind === 'answers' ? templates({ from: gate.from, url: gate.url }, [...at, index], reader) : [],
  );
}

function commands(
  list: readonly { readonly on: string; readonly command: readonly string[] }[],
  at: Path,
  reader: Reader,
  place: 'items' | 'self' = 'items',
): Problem[] {
  return list.flatMap(({ on, command }, index) => {
    const path = place === 'self' ? at : [...at, index];
    const words = Object.fromEntries(command.entries());
    return [...templates({ on }, path, reader), ...templates(words, [...path, 'command'], reader)];
  });
}

function templates(fields: Readonly<Record<string, string>>, at: Path, reader: Reader): Problem[] {
  return Object.entries(fields).flatMap(([field, template]) =>
    expressionsIn(template).flatMap((expression) => expressions({ [field]: expression }, at, reader)),
  );
}

function expressions(fields: Readonly<Record<string, string>>, at: Path, reader: Reader): Problem[] {
  return Object.entries(fields).flatMap(([field, text]) => {
    const path = [...at, /^\d+$/.test(field) ? Number(field) : field];
    try {
      const parsed = parseExpression(text);
      return parsed.steps.flatMap((id) => unreadable(id, reader)).map((message) => ({ path, message }));
    } catch (error) {
      if (error instanceof ExpressionSyntaxError) return [{ path, message: error.message }];
      throw error;
    }
  });
}

function unreadable(id: string, { known, modes }: Reader): string[] {
  if (known === 'no steps') return [`reads step "${id}", but no step has run when this is asked`];
  const has = known.get(id);
  if (has === undefined) return [`reads step "${id}", which has not run by then`];
  const without = modes.filter((mode) => !has.includes(mode));
  if (without.length === 0) return [];
  return [
    `reads step "${id}", which does not run in ${without.join(', ')} mode; a \`when\` can say so here, too`,
  ];
}

const within = (modes: readonly ProxyMode[], when: When | undefined) =>
  when === undefined ? modes : modes.filter((mode) => mode === when.proxyMode);
