/**
 * Expressions of labs: JSONata over a {@link Context}. They are data, so that a recorded run can be judged
 * again without a cluster.
 */
import { exitCodes, ReportedError } from '../host/errors.ts';
import type { Context } from './expression/context.ts';
import { compile } from './expression/syntax.ts';
import { type Json, plainJson } from './json.ts';

export { type Context, contextAfter, type StepContext } from './expression/context.ts';
export { ExpressionSyntaxError, type ParsedExpression, parseExpression } from './expression/syntax.ts';

/** An expression that fits the schema but not what the cluster has shown. Exit 1. */
export class ExpressionError extends ReportedError {
  override readonly name = 'ExpressionError';
  readonly exitCode = exitCodes.checkFailed;
}

/**
 * @returns plain JSON, `undefined` where the expression finds nothing. One item of a path is that item, several
 *   are a list (JSONata's rule; append `[]` to always get a list).
 * @throws ExpressionError when JSONata can't evaluate it, ExpressionSyntaxError when it can't parse it.
 */
export async function evaluate(expression: string, context: Context): Promise<Json | undefined> {
  const compiled = compile(expression);
  try {
    return plainJson(await compiled.evaluate(context));
  } catch (error) {
    const { message } = error as { message?: string };
    throw new ExpressionError(`\`${expression}\`: ${message ?? String(error)}`, { cause: error });
  }
}

const inBraces = /\{\{(.*?)\}\}/gs;

/** The expressions that stand in double braces. */
export function expressionsIn(template: string): string[] {
  return [...template.matchAll(inBraces)].map(([, expression = '']) => expression.trim());
}

/**
 * Replaces every `{{ expression }}` by its value.
 *
 * @param place where the template stands, for the error: `step ask, url`.
 * @throws ExpressionError when an expression has no value, or more than one.
 */
export async function fill(template: string, context: Context, place: string): Promise<string> {
  const values = new Map<string, string>();
  for (const expression of expressionsIn(template)) {
    values.set(expression, scalar(await evaluate(expression, context), expression, place));
  }
  return template.replace(inBraces, (_, expression: string) => values.get(expression.trim()) ?? '');
}

function scalar(value: Json | undefined, expression: string, place: string): string {
  if (value === undefined || value === null) {
    throw new ExpressionError(`${place}: \`${expression}\` has no value here`);
  }
  if (typeof value === 'object') {
    throw new ExpressionError(
      `${place}: \`${expression}\` must be one value to stand in a text, but is ${JSON.stringify(value)}`,
    );
  }
  return String(value);
}
