/** Whether two runs took the same ways: hops by role, ends by kind. Addresses and rules' names are chance. */
import type { Trace } from '../../trace/trace.ts';
import { compareLines, type Difference } from './difference.ts';
import type { Evidence } from './schema.ts';

/** The committed side comes first, as `-` lines. */
export function compareTraces(committed: Evidence['traces'], fresh: Evidence['traces']): Difference[] {
  const ids = [...new Set([...Object.keys(committed), ...Object.keys(fresh)])];
  return ids.flatMap((id) =>
    compareLines('output', `trace ${id}`, outline(committed[id] ?? []), outline(fresh[id] ?? [])),
  );
}

const outline = (traces: readonly Trace[]): string[] =>
  traces.flatMap(({ path, direction, hops, end }) => [
    `${direction} ${path}`,
    ...hops.map(({ id }) => id),
    `ends ${end.kind}`,
  ]);
