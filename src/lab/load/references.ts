/** Expressions of a lab: whether they parse, and whether the steps they read have run by then. */
import { ExpressionSyntaxError, expressionsIn, parseExpression } from '../expression.ts';
import type { Check, Expectation } from '../schema/check.ts';
import type { Gate } from '../schema/gate.ts';
import type { Lab } from '../schema/lab.ts';
import type { When } from '../schema/names.ts';
import type { Step } from '../schema/step.ts';
import type { Problem } from './problem.ts';

type Path = Problem['path'];

/** Steps that have ended, by id, and the mode they are restricted to. */
type Known = ReadonlyMap<string, When | undefined>;

/** Who reads: what has run, and the mode in which the reader itself stands. */
interface Reader {
  readonly known: Known | 'no steps';
  readonly when: When | undefined;
}

const beforeAll: Reader = { known: 'no steps', when: undefined };
/** The answer to a fault's probe stands where the value of a step would. */
const ofSymptom: Reader = { known: new Map([['symptom', undefined]]), when: undefined };

export function referenceProblems(lab: Lab): Problem[] {
  const known = new Map<string, When | undefined>();
  return [
    ...gates(lab.readiness, ['readiness'], beforeAll),
    ...steps(lab.steps, ['steps'], known, undefined),
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
  known: Map<string, When | undefined>,
  outer: When | undefined,
): Generator<Problem> {
  for (const [index, step] of list.entries()) {
    const path = [...at, index];
    const when = step.when ?? outer;
    const reader: Reader = { known, when };
    yield* ownTexts(step, path, reader);
    // Steps inside a capture may read what it has seen so far.
    known.set(step.id, when);
    if (step.kind === 'capture') yield* steps(step.during, [...path, 'during'], known, when);
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
    const own = { ...reader, when: check.when ?? reader.when };
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

function unreadable(id: string, { known, when }: Reader): string[] {
  if (known === 'no steps') return [`reads step "${id}", but no step has run when this is asked`];
  if (!known.has(id)) return [`reads step "${id}", which has not run by then`];
  const restricted = known.get(id)?.proxyMode;
  if (restricted !== undefined && restricted !== when?.proxyMode) {
    return [
      `reads step "${id}", which runs in ${restricted} mode only; add when: { proxyMode: '${restricted}' }`,
    ];
  }
  return [];
}
