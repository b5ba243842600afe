/** What expressions can speak of: the facts in force, and every step that has run. */
import type { Facts, StepRecord } from '../evidence/schema.ts';
import type { Json } from '../json.ts';

/** A step as expressions see it: `` steps.`ask-worker`.value.status ``. */
export interface StepContext {
  /** Exit code of its last command; absent where it ran none. */
  readonly exit?: number;
  /** Standard output and standard error of its commands, one after another. */
  readonly out: string;
  readonly err: string;
  readonly value: Json;
  /** As they were after this step. */
  readonly facts: Facts;
}

export interface Context extends Facts {
  readonly steps: Readonly<Record<string, StepContext>>;
}

/** The first names an expression can start with. */
export const contextNames = [
  'cluster',
  'client',
  'nodes',
  'pods',
  'services',
  'steps',
] as const satisfies (keyof Context)[];

/**
 * The context after these steps. Facts are those of the last step that changed them, else `initial`.
 *
 * @param records the steps so far, in the order in which they ended.
 */
export function contextAfter(initial: Facts, records: readonly StepRecord[]): Context {
  let facts = initial;
  const steps: Record<string, StepContext> = {};
  for (const record of records) {
    facts = record.facts ?? facts;
    const exit = record.commands.at(-1)?.exit;
    steps[record.id] = {
      ...(exit === undefined ? {} : { exit }),
      out: record.commands.map((command) => command.out).join('\n'),
      err: record.commands.map((command) => command.err).join('\n'),
      value: record.value,
      facts,
    };
  }
  return { ...facts, steps };
}
