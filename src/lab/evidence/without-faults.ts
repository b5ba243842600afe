/** A recording as it would be, had fewer faults been proved in the run. */
import { faultsOfCell } from '../cell-steps.ts';
import { isAbout, type MatrixCell } from '../schema/cell.ts';
import type { Lab } from '../schema/lab.ts';
import type { Evidence } from './schema.ts';
import { faultTraceId } from './trace-value.ts';

/**
 * Leaves out the faults that are not in `kept`, with their traces and gates. Faults come last in a run, in the lab's
 * order, so the last gates are theirs.
 *
 * @param evidence of a run in which every gate opened, as committed evidence is
 * @param kept ids
 */
export function withoutFaults(
  evidence: Evidence,
  lab: Pick<Lab, 'faults'>,
  cell: MatrixCell,
  kept: readonly string[],
): Evidence {
  const gates = [...evidence.gates];
  const ofFaults = faultsOfCell(lab, cell)
    .toReversed()
    .map(({ id, until, repaired }) => {
      const count = [...until, ...repaired].filter((gate) => isAbout(gate, cell)).length;
      return { id, gates: gates.splice(gates.length - count, count) };
    })
    .toReversed();
  return {
    ...evidence,
    gates: [...gates, ...ofFaults.filter(({ id }) => kept.includes(id)).flatMap((fault) => fault.gates)],
    faults: evidence.faults.filter(({ id }) => kept.includes(id)),
    traces: Object.fromEntries(
      Object.entries(evidence.traces).filter(([id]) =>
        ofFaults.every((fault) => id !== faultTraceId(fault.id) || kept.includes(fault.id)),
      ),
    ),
  };
}
