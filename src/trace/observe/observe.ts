/** From the raw lines of one capture to the observed traces of one probe. */
import type { Hop } from '../hop.ts';
import { type Direction, pathName } from '../passage.ts';
import { type Trace, traceSchemaVersion } from '../trace.ts';
import { requestOf } from './attempt.ts';
import type { Capture, CaptureProblem, Observation } from './capture.ts';
import { type Ending, endOfReply, unanswered } from './ends.ts';
import { follow, rolesOf } from './join.ts';
import { belongsTo, notesOf, unknownLines } from './notes.ts';
import type { Seen } from './passages.ts';
import { contradictions, missingEnds, namespaceProblems } from './problems.ts';
import { readCapture } from './watch.ts';
import { hopsOfWay } from './way-hops.ts';

/**
 * The request and the reply of a probe, as seen in every namespace of the capture. Hops are those of
 * `hopsOfPassage`, one namespace after the other. Never throws: what is missing or doubtful is in `problems`,
 * and a caller must not judge by a capture that `damageOf` says is not whole.
 */
export function observe(capture: Capture): Observation {
  const watch = readCapture(capture);
  const taken = new Set<Seen>();
  const attempt = requestOf(watch, taken);
  const way: readonly Seen[] = attempt?.way ?? [];
  const asked: Ending = attempt?.ending ?? notSeen(capture);
  const back = asked.answer ? follow(asked.answer, watch.all, taken) : undefined;
  const answered: Ending = back ? endOfReply(back, asked.end, watch) : unanswered(asked.end);

  const roles = rolesOf(way, capture);
  const forward = hopsOfWay('request', way, asked.stopped, roles, watch);
  const backward = hopsOfWay('reply', back ?? [], answered.stopped, roles, watch);
  const path = pathName(forward, asked.end.kind);
  const rest = watch.all.filter((seen) => !taken.has(seen));
  const leftover = rest.filter(belongsTo([...way, ...(back ?? [])]));
  const trace = (direction: Direction, hops: Hop[], { end }: Ending, notes: Trace['notes']): Trace => ({
    schema: traceSchemaVersion,
    direction,
    path,
    proxyMode: capture.proxyMode,
    probe: capture.asked,
    hops,
    end,
    notes,
  });
  const request = trace('request', forward, asked, [
    ...notesOf(leftover),
    ...watch.namespaces.flatMap(unknownLines),
  ]);
  const reply = trace('reply', backward, answered, []);

  const problems: CaptureProblem[] = [
    ...missingEnds(capture, { way, asked, back: back ?? [], answered }),
    ...watch.namespaces.flatMap((namespace) => namespaceProblems(namespace, [...way, ...(back ?? [])])),
    ...contradictions(capture, request, reply),
  ];
  return { traces: [request, reply], problems, foreign: rest.length - leftover.length };
}

function notSeen({ probe }: Capture): Ending {
  return { end: { kind: 'no-path', text: `the probe was not seen leaving ${probe.from}` }, vanished: true };
}
