/** Whether a capture can be judged by. */
import type { CaptureProblem } from './capture.ts';

/**
 * What a trace can't be trusted after, whatever it says. `missing-end` and `missing-reply` are not among them: there
 * the trace ends where the packet was last seen and says so, which is what a packet that nobody answers looks like.
 */
const damaging: ReadonlySet<CaptureProblem['kind']> = new Set([
  'lost-events',
  'missing-origin',
  'contradiction',
]);

/** Why nothing may be concluded from a capture with these problems; undefined when it is whole. */
export function damageOf(problems: readonly CaptureProblem[]): string | undefined {
  const texts = problems.flatMap(({ kind, text }) => (damaging.has(kind) ? [text] : []));
  if (texts.length === 0) return undefined;
  return `nothing can be concluded from its capture, which is not whole: ${[...new Set(texts)].join('; ')}`;
}
