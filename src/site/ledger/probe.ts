/** Finds the recorded traces that a ledger draws. */
import type { Evidence } from '../../lab/evidence/schema.ts';
import { didYouMean } from '../../lab/nearest.ts';
import { type Lab, walkSteps } from '../../lab/schema/lab.ts';
import type { Trace } from '../../trace/trace.ts';
import { EvidenceError } from '../evidence/error.ts';
import type { RecordedLab } from '../evidence/lab.ts';

/** One probe as it was recorded in one cell: request, then reply. */
export interface RecordedProbe {
  readonly cell: Evidence;
  readonly traces: readonly Trace[];
  /** Every path that was predicted; none with a fault in place. */
  readonly predicted: readonly Trace[];
}

/** What `<Ledger probe>` may name: ids of trace steps, and `fault-ID` for what was traced with a fault in place. */
export function probesOf(lab: Lab): string[] {
  const steps = [...walkSteps(lab.steps)].map(({ step }) => step).filter(({ kind }) => kind === 'trace');
  return [...new Set([...steps.map(({ id }) => id), ...lab.faults.map(({ id }) => `fault-${id}`)])];
}

/** In every cell that has it. @throws EvidenceError when the lab has no such probe, or did not record it. */
export function findProbe({ lab, cells }: RecordedLab, probe: string): RecordedProbe[] {
  const known = probesOf(lab);
  if (!known.includes(probe)) {
    throw new EvidenceError(`${lab.id} has no trace "${probe}"${didYouMean(probe, known)}`);
  }
  const found = cells.flatMap((cell): RecordedProbe[] => {
    const traces = cell.traces[probe];
    if (traces === undefined || traces.length === 0) return [];
    return [{ cell, traces, predicted: cell.traces[`${probe}-predicted`] ?? [] }];
  });
  if (found.length === 0 && cells.length > 0) {
    const where = cells.map(({ cell }) => cell).join(' and ');
    throw new EvidenceError(
      `${lab.id} did not record the trace "${probe}" in ${where}; run \`npm run lab record ${lab.id}\``,
    );
  }
  return found;
}
