/** What can be said about an expression before anything has run. */
import jsonata from 'jsonata';
import { UsageError } from '../../host/errors.ts';
import { contextNames } from './context.ts';
import { registerFunctions } from './functions.ts';

/** A JSONata expression that can't be parsed, or that speaks of names which nothing has. */
export class ExpressionSyntaxError extends UsageError {}

export interface ParsedExpression {
  /** Ids of the steps it reads: `a` for `steps.a.value`. */
  readonly steps: readonly string[];
  /** What it reads of them, name by name: `['a', 'value', 'status']`; as far as the names go. */
  readonly reads: readonly (readonly string[])[];
}

type AstNode = Readonly<Record<string, unknown>>;

/** @throws ExpressionSyntaxError with the position (1 is the first character) and what is wrong there. */
export function parseExpression(text: string): ParsedExpression {
  const steps = new Set<string>();
  const reads: (readonly string[])[] = [];
  for (const path of namesIn(compile(text).ast(), false)) {
    const [root = '', child] = path.names;
    if (path.relative && ['steps', 'nodes', 'pods', 'services'].includes(root)) {
      throw new ExpressionSyntaxError(
        `\`${text}\`: \`${root}\` after a dot or inside [] is looked up in each item; write \`$$.${root}\``,
      );
    }
    if (!path.relative && !contextNames.some((name) => name === root)) {
      throw new ExpressionSyntaxError(
        `\`${text}\`: nothing is named \`${root}\`; an expression starts with ${contextNames.join(', ')}`,
      );
    }
    if (root !== 'steps') continue;
    reads.push(path.names.slice(1));
    if (child !== undefined) steps.add(child);
  }
  return { steps: [...steps], reads };
}

/** @throws ExpressionSyntaxError */
export function compile(text: string): jsonata.Expression {
  try {
    const expression = jsonata(text);
    registerFunctions(expression);
    return expression;
  } catch (error) {
    const { message, position } = error as { message?: string; position?: number };
    const where = position === undefined ? '' : ` at character ${position}`;
    throw new ExpressionSyntaxError(`\`${text}\` is not JSONata${where}: ${message ?? String(error)}`, {
      cause: error,
    });
  }
}

interface NamePath {
  readonly names: readonly string[];
  /** Looked up in the items of what stands before, not in the whole context. */
  readonly relative: boolean;
}

/** Keys under which JSONata's syntax tree keeps what is evaluated once for each item of a path. */
const relativeKeys = ['predicate', 'stages', 'group', 'terms'];

function* namesIn(node: unknown, relative: boolean): Generator<NamePath> {
  if (Array.isArray(node)) {
    for (const item of node) yield* namesIn(item, relative);
    return;
  }
  if (typeof node !== 'object' || node === null) return;
  const { type, steps, ...rest } = node as AstNode;
  if (type === 'path' && Array.isArray(steps)) {
    yield* pathNames(steps, relative);
    for (const [index, step] of steps.entries()) yield* namesIn(step, relative || index > 0);
  }
  for (const [key, child] of Object.entries(rest)) {
    yield* namesIn(child, relative || relativeKeys.includes(key));
  }
}

function* pathNames(steps: readonly AstNode[], relative: boolean): Generator<NamePath> {
  const [first, ...others] = steps;
  const names = (path: readonly AstNode[]) => {
    const end = path.findIndex((step) => step.type !== 'name');
    return path.slice(0, end === -1 ? undefined : end).map((step) => String(step.value));
  };
  if (first?.type === 'name') yield { names: names(steps), relative };
  // `$$` has the value "$" in the tree, and is the whole context.
  if (first?.type === 'variable' && first.value === '$' && others.length > 0) {
    yield { names: names(others), relative: false };
  }
}
