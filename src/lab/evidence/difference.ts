/** What is wrong with evidence, or differs from a fresh run. */
import { diff } from 'node:util';

/**
 * - `stale`: recorded from another definition of the lab;
 * - `missing`, `extra`: a step, check, gate, fault or trace that only one side has;
 * - `failed`: what was recorded is a failure;
 * - `verdict`: the verdict does not follow from what was recorded;
 * - `facts`: addresses and names that contradict each other, or another set of nodes, pods, Services;
 * - `command`, `output`, `exit`: a command, what it printed, how it ended;
 * - `edited`: nothing contradicts itself, and yet it is not what the recorder wrote.
 */
export type DifferenceKind =
  | 'stale'
  | 'missing'
  | 'extra'
  | 'failed'
  | 'verdict'
  | 'facts'
  | 'command'
  | 'output'
  | 'exit'
  | 'edited';

export interface Difference {
  readonly kind: DifferenceKind;
  /** `step ask-worker`, `check all-answer`, `facts`. */
  readonly where: string;
  /** Complete for a person; may have several lines. */
  readonly message: string;
}

/** Differences as a test or `lab lint` prints them. */
export function formatDifferences(file: string, differences: readonly Difference[]): string {
  return differences
    .map(({ where, message }) => `${file}, ${where}: ${message}`.replaceAll('\n', '\n  '))
    .join('\n');
}

/** What is missing and what is too much, by id. An id that is there twice must be there twice on both sides. */
export function compareIds(
  what: string,
  expected: readonly string[],
  found: readonly string[],
  sides: { readonly expected: string; readonly found: string },
): Difference[] {
  const tell = (has: string, hasNot: string, isThere: boolean) =>
    isThere ? `${has} has it more often than ${hasNot}` : `${has} has it, ${hasNot} does not`;
  return [
    ...surplus(expected, found).map((id): Difference => {
      const message = tell(sides.expected, sides.found, found.includes(id));
      return { kind: 'missing', where: `${what} ${id}`, message };
    }),
    ...surplus(found, expected).map((id): Difference => {
      const message = tell(sides.found, sides.expected, expected.includes(id));
      return { kind: 'extra', where: `${what} ${id}`, message };
    }),
  ];
}

/** What one list has beyond the other. */
function surplus(list: readonly string[], other: readonly string[]): string[] {
  const left = [...other];
  return list.filter((id) => {
    const index = left.indexOf(id);
    if (index !== -1) left.splice(index, 1);
    return index === -1;
  });
}

/** Only the lines that one side has: `-` the committed one, `+` the fresh one. */
export function compareLines(
  kind: DifferenceKind,
  where: string,
  committed: readonly string[],
  fresh: readonly string[],
): Difference[] {
  // Also keeps empty lists from `diff`, which throws on two of them.
  if (committed.join('\n') === fresh.join('\n')) return [];
  const lines = diff([...committed], [...fresh])
    .filter(([operation]) => operation !== 0)
    .map(([operation, line]) => `${operation === 1 ? '-' : '+'} ${line}`);
  return [{ kind, where, message: `the recorded lines differ\n${lines.join('\n')}` }];
}
