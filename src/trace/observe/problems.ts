/** What makes a capture doubtful. Nothing that is missing passes as if it had not been there. */
import type { Trace } from '../trace.ts';
import type { Capture, CaptureProblem } from './capture.ts';
import type { Ending } from './ends.ts';
import { legacyRules } from './legacy.ts';
import type { Seen } from './passages.ts';
import type { Namespace } from './watch.ts';

/** Ends of the request and reply that no rule explains. */
export function missingEnds(
  { probe }: Capture,
  {
    way,
    asked,
    back,
    answered,
  }: { way: readonly Seen[]; asked: Ending; back: readonly Seen[]; answered: Ending },
): CaptureProblem[] {
  const problems: CaptureProblem[] = [];
  const missing = (kind: CaptureProblem['kind'], seen: Seen | undefined, text: string): void => {
    problems.push({ kind, harm: 'incomplete', place: seen?.place.name ?? probe.from, text, lines: [] });
  };
  if (way[0]?.kind !== 'origin')
    missing('missing-origin', undefined, `the probe was not seen leaving ${probe.from}`);
  if (way.length === 0) return problems;
  if (asked.vanished) missing('missing-end', way.at(-1), asked.end.text);
  if (answered.vanished) missing('missing-end', back.at(-1), answered.end.text);
  if (back.length === 0 && !asked.vanished && asked.end.kind !== 'dropped') {
    missing('missing-reply', way.at(-1), `${asked.end.text}; no answer was seen leaving`);
  }
  return problems;
}

/**
 * Lost events, and rules that nft did not know, of one namespace.
 *
 * @param ours packets of the probe's own ways; what happened to others is no problem.
 */
export function namespaceProblems(
  { place, trace, listings }: Namespace,
  ours: readonly Seen[],
): CaptureProblem[] {
  const { name } = place;
  const problems: CaptureProblem[] = [...listings.problems, ...legacyRules(place)];
  const lost = trace.loose.filter(({ kind }) => kind === 'lost').map(({ raw }) => raw);
  if (lost.length > 0) {
    const text = `the kernel dropped trace events on ${name}: what is not here may have been there`;
    problems.push({ kind: 'lost-events', harm: 'incomplete', place: name, text, lines: lost });
  }
  const lines = ours
    .filter((seen) => seen.place.name === name)
    .flatMap(({ steps }) => steps.flatMap((step) => step.lines));
  for (const line of lines) {
    if (line.kind !== 'rule' || line.text !== undefined) continue;
    const named = listings.listed(line) ? 'is named from the listing' : 'is in no listing';
    const text = `rules on ${name} changed during the capture; rule ${line.handle} of ${line.chain} ${named}`;
    problems.push({ kind: 'unknown-rule', harm: 'detail', place: name, text, lines: [line.raw] });
  }
  return problems;
}

/** The client's word against the trace's. */
export function contradictions({ probe }: Capture, request: Trace, reply: Trace): CaptureProblem[] {
  if (probe.result?.exit !== 0) return [];
  if (request.end.kind === 'delivered' && reply.end.kind === 'delivered') return [];
  const text = `the client got an answer, but the trace says: ${request.end.text}; ${reply.end.text}`;
  return [{ kind: 'contradiction', harm: 'incomplete', place: probe.from, text, lines: probe.result.lines }];
}
