/** Expressions of a lab: whether they parse, and whether the steps they read have run by then. */
import { ExpressionSyntaxError, expressionsIn, parseExpression } from '../expression.ts';
import { cellsOfMatrix, isAbout, type MatrixCell } from '../schema/cell.ts';
import type { Check, Expectation } from '../schema/check.ts';
import type { Gate } from '../schema/gate.ts';
import type { Lab } from '../schema/lab.ts';
import type { When } from '../schema/names.ts';
import type { Step } from '../schema/step.ts';
import type { Problem } from './problem.ts';
import { unrecordedProblems } from './symptom.ts';

type Path = Problem['path'];

/** Steps that have run, by id, and the cells in which they do. */
type Known = ReadonlyMap<string, readonly MatrixCell[]>;

/** Who reads: what has run by then, and the cells in which it is read. */
interface Reader {
  readonly known: Known | 'no steps';
  readonly cells: readonly MatrixCell[];
}

export function referenceProblems(lab: Lab): Problem[] {
  const cells = cellsOfMatrix(lab.matrix);
  const beforeAll: Reader = { known: 'no steps', cells };
  // The answer to a fault's probe stands where the value of a step would.
  const ofSymptom: Reader = { known: new Map([['symptom', cells]]), cells };
  return [
    ...gates(lab.readiness, ['readiness'], beforeAll),
    ...steps(lab.steps, ['steps'], new Map(), cells),
    ...lab.faults.flatMap((fault, index) => {
      const at: Path = ['faults', index];
      const { symptom } = fault;
      return [
        ...runsNowhere(within(cells, fault.when), at),
        ...templates(
          { from: symptom.probe.from, url: symptom.probe.url },
          [...at, 'symptom', 'probe'],
          beforeAll,
        ),
        ...expressions({ value: symptom.value }, [...at, 'symptom'], ofSymptom).map(withSymptomsName),
        ...unrecordedProblems(symptom, [...at, 'symptom']),
        ...expectation(symptom.expect, [...at, 'symptom', 'expect'], ofSymptom),
        ...commands(fault.inject, [...at, 'inject'], beforeAll),
        ...gates(fault.until, [...at, 'until'], beforeAll),
        ...commands(fault.undo, [...at, 'undo'], beforeAll),
        ...gates(fault.repaired, [...at, 'repaired'], beforeAll),
      ];
    }),
  ];
}

/** A symptom is no step, so nobody guesses under which name its answer stands. */
const withSymptomsName = ({ path, message }: Problem): Problem => ({
  path,
  message: `${message}; what the symptom's probe got is steps.symptom.value, like steps.symptom.value.exit`,
});

/** In the order in which steps end: those inside a capture before the capture. */
function* steps(
  list: readonly Step[],
  at: Path,
  known: Map<string, readonly MatrixCell[]>,
  outer: readonly MatrixCell[],
): Generator<Problem> {
  for (const [index, step] of list.entries()) {
    const path = [...at, index];
    const cells = within(outer, step.when);
    yield* runsNowhere(cells, path);
    const reader: Reader = { known, cells };
    yield* ownTexts(step, path, reader);
    // Steps inside a capture may read what its watches had printed when they began to listen.
    known.set(step.id, [...(known.get(step.id) ?? []), ...cells]);
    if (step.kind === 'capture') yield* steps(step.during, [...path, 'during'], known, cells);
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
    const own = { ...reader, cells: within(reader.cells, check.when) };
    return [
      ...(reader.cells.length === 0 ? [] : runsNowhere(own.cells, [...at, index])),
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
  return list.flatMap((gate, index) => {
    const own = { ...reader, cells: within(reader.cells, gate.when) };
    const path = [...at, index];
    return [
      ...(reader.cells.length === 0 ? [] : runsNowhere(own.cells, path)),
      ...(gate.kind === 'answers' ? templates({ from: gate.from, url: gate.url }, path, own) : []),
    ];
  });
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

function unreadable(id: string, { known, cells }: Reader): string[] {
  if (known === 'no steps') return [`reads step "${id}", but no step has run when this is asked`];
  const has = known.get(id);
  if (has === undefined) return [`reads step "${id}", which has not run by then`];
  const without = cells.filter((cell) => !has.some((one) => one.id === cell.id));
  if (without.length === 0) return [];
  const names = without.map((cell) => cell.id).join(', ');
  return [`reads step "${id}", which does not run in the cell ${names}; a \`when\` can say so here, too`];
}

/** A part that no cell runs proves nothing, and nobody would notice. */
const runsNowhere = (cells: readonly MatrixCell[], path: Path): Problem[] =>
  cells.length > 0 ? [] : [{ path: [...path, 'when'], message: 'fits no cell of the matrix' }];

const within = (cells: readonly MatrixCell[], when: When | undefined) =>
  cells.filter((cell) => isAbout({ when }, cell));
