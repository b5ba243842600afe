/** What of a trace step's traces checks look at. Pure: evidence is judged again without a cluster. */
import { compare } from '../../trace/compare/compare.ts';
import type { Trace } from '../../trace/trace.ts';
import { type Json, plainJson } from '../json.ts';

/**
 * What checks look at: `verdict` (`equal` is "matches the prediction"), `path`, the ids of the hops in each
 * direction and how it ended. It follows from the recorded traces, so evidence can be judged again.
 */
export function traceValue(predicted: readonly Trace[], observed: readonly Trace[]): Json {
  const { verdict, divergence } = compare(predicted, observed);
  const [request, reply] = (['request', 'reply'] as const).map((direction) =>
    observed.find((trace) => trace.direction === direction),
  );
  const hops = observed.flatMap((trace) => trace.hops);
  const outline = (trace: Trace | undefined) => ({
    hops: (trace?.hops ?? []).map(({ id }) => id),
    end: trace?.end.kind ?? 'unanswered',
  });
  return (
    plainJson({
      verdict,
      ...(divergence === undefined ? {} : { divergence }),
      path: request?.path ?? '',
      request: outline(request),
      reply: outline(reply),
      hops: hops.length,
      observed: hops.filter(({ grade }) => grade === 'observed').length,
    }) ?? null
  );
}

/** Where the trace of a fault's probe is kept. */
export const faultTraceId = (fault: string): string => `fault-${fault}`;

/** The prediction is kept beside what was observed: a verdict without it could not be made again. */
export const predictedId = (id: string): string => `${id}-predicted`;
