/** What a fault's symptom reads of its probe: a recorded fault is judged again from its record, which has no more of it. */
import { ExpressionSyntaxError, parseExpression } from '../expression.ts';
import type { Fault } from '../schema/fault.ts';
import type { Problem } from './problem.ts';

/** @param at where the symptom stands */
export function unrecordedProblems({ value, expect }: Fault['symptom'], at: Problem['path']): Problem[] {
  const { same, in: list } = expect as { readonly same?: string; readonly in?: string };
  const places: readonly [Problem['path'], string | undefined][] = [
    [['value'], value],
    [['expect', 'same'], same],
    [['expect', 'in'], list],
  ];
  return places
    .filter(([, text]) => text !== undefined && !readsOnlyRecorded(text))
    .map(([place]) => ({ path: [...at, ...place], message }));
}

const message =
  'only .exit and .status of the symptom are recorded; read steps.symptom.value.exit or steps.symptom.value.status';

function readsOnlyRecorded(text: string): boolean {
  try {
    return parseExpression(text).reads.every(([step, part, field = '']) =>
      step === undefined || step === 'symptom'
        ? part === 'value' && ['exit', 'status'].includes(field)
        : true,
    );
  } catch (error) {
    // Told where the names of all expressions are looked up.
    if (error instanceof ExpressionSyntaxError) return true;
    throw error;
  }
}
