/** How much of a run was ours: time in which no program that we started ran and nothing was awaited. */

export interface Span {
  /** Milliseconds on one clock. */
  readonly startedAt: number;
  readonly endedAt: number;
}

/** Milliseconds of `whole` that none of the spans covers. */
export function uncovered(whole: Span, spans: readonly Span[]): number {
  let covered = 0;
  let reached = whole.startedAt;
  for (const { startedAt, endedAt } of spans.toSorted((a, b) => a.startedAt - b.startedAt)) {
    const from = Math.max(startedAt, reached);
    const to = Math.min(endedAt, whole.endedAt);
    if (to > from) covered += to - from;
    reached = Math.max(reached, Math.min(endedAt, whole.endedAt));
  }
  return whole.endedAt - whole.startedAt - covered;
}
