/** Whether a claim holds: an expectation applied to a value. */
import { isDeepStrictEqual } from 'node:util';
import type { Verdict } from './evidence/schema.ts';
import { type Context, ExpressionError, evaluate } from './expression.ts';
import type { Json } from './json.ts';
import type { Check, Expectation } from './schema/check.ts';

export interface Judgement {
  readonly verdict: Exclude<Verdict, 'skipped'>;
  /** In words, to be read after "expected". */
  readonly expected: string;
  /** `null` where the expression found nothing. */
  readonly saw: Json;
}

/** Evaluates a check's value and judges it. An expression that can't be evaluated is a failed check. */
export async function judgeCheck(
  check: Pick<Check, 'value' | 'expect'>,
  context: Context,
): Promise<Judgement> {
  try {
    return await judge(check.expect, await evaluate(check.value, context), context);
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    return {
      verdict: 'failed',
      expected: describe(check.expect, undefined),
      saw: `no value: ${error.message}`,
    };
  }
}

/** Nothing found (`undefined`) meets no expectation, not even `equals: null`. */
export async function judge(
  expect: Expectation,
  value: Json | undefined,
  context: Context,
): Promise<Judgement> {
  const other = await otherValue(expect, context);
  const holds = value !== undefined && meets(expect, value, other);
  return {
    verdict: holds ? 'passed' : 'failed',
    expected: describe(expect, other),
    saw: value ?? null,
  };
}

async function otherValue(expect: Expectation, context: Context): Promise<Json | undefined> {
  if ('same' in expect) return evaluate(expect.same, context);
  if ('in' in expect) return evaluate(expect.in, context);
  return undefined;
}

function meets(expect: Expectation, value: Json, other: Json | undefined): boolean {
  if ('equals' in expect) return isDeepStrictEqual(value, expect.equals);
  if ('same' in expect) return other !== undefined && isDeepStrictEqual(value, other);
  if ('in' in expect) return listOf(other).some((item) => isDeepStrictEqual(value, item));
  if ('matches' in expect) return typeof value === 'string' && pattern(expect.matches).test(value);
  if ('lacks' in expect) return typeof value === 'string' && !pattern(expect.lacks).test(value);
  const { atLeast, atMost = Number.POSITIVE_INFINITY } = expect satisfies { atLeast: number };
  return typeof value === 'number' && value >= atLeast && value <= atMost;
}

/** `^` and `$` stand for the ends of a line, as in grep. */
export function pattern(source: string): RegExp {
  return new RegExp(source, 'm');
}

/** JSONata gives a list of one as its item. */
function listOf(value: Json | undefined): Json[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}

function describe(expect: Expectation, other: Json | undefined): string {
  if ('equals' in expect) return JSON.stringify(expect.equals);
  if ('same' in expect) {
    return `${other === undefined ? 'a value that was not found' : JSON.stringify(other)} (${expect.same})`;
  }
  if ('in' in expect) {
    const items = listOf(other).map((item) => JSON.stringify(item));
    return `${items.length === 0 ? 'one of a list that was empty' : `one of ${items.join(', ')}`} (${expect.in})`;
  }
  if ('matches' in expect) return `text that matches /${expect.matches}/`;
  if ('lacks' in expect) return `text without /${expect.lacks}/`;
  const { atLeast, atMost } = expect satisfies { atLeast: number };
  return atMost === undefined ? `at least ${atLeast}` : `at least ${atLeast} and at most ${atMost}`;
}
