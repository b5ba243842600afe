/** The part of a lab that one cell of its matrix runs. */
import { type CellTraits, cellsOfMatrix, isAbout, type MatrixCell } from './schema/cell.ts';
import type { Check } from './schema/check.ts';
import type { Fault } from './schema/fault.ts';
import type { Gate } from './schema/gate.ts';
import type { Lab } from './schema/lab.ts';
import type { Step } from './schema/step.ts';

/** The cell with this id; `undefined` when the matrix has none. */
export const cellNamed = ({ matrix }: Pick<Lab, 'matrix'>, id: string): MatrixCell | undefined =>
  cellsOfMatrix(matrix).find((cell) => cell.id === id);

export interface CellStep {
  readonly step: Step;
  /** Id of the capture that listens meanwhile. */
  readonly within?: string;
}

/** The steps of a cell in the order in which they end, which is that of their records. */
export function stepsOfCell(lab: Pick<Lab, 'steps'>, cell: CellTraits): CellStep[] {
  return lab.steps
    .filter((step) => isAbout(step, cell))
    .flatMap((step): CellStep[] => {
      if (step.kind !== 'capture') return [{ step }];
      const inner = step.during.filter((one) => isAbout(one, cell));
      return [...inner.map((one) => ({ step: one, within: step.id })), { step }];
    });
}

export interface CellCheck {
  readonly check: Check;
  readonly step: string;
}

export function checksOfCell(lab: Pick<Lab, 'steps'>, cell: CellTraits): CellCheck[] {
  return stepsOfCell(lab, cell).flatMap(({ step }) =>
    step.checks.filter((check) => isAbout(check, cell)).map((check) => ({ check, step: step.id })),
  );
}

export function faultsOfCell(lab: Pick<Lab, 'faults'>, cell: CellTraits): Fault[] {
  return lab.faults.filter((fault) => isAbout(fault, cell));
}

/** Every gate that a run awaits which proves all faults, in its order: of the readiness, of changes, of faults. */
export function gatesOfCell(lab: Pick<Lab, 'readiness' | 'steps' | 'faults'>, cell: CellTraits): Gate[] {
  const ofChanges = stepsOfCell(lab, cell).flatMap(({ step }) => (step.kind === 'change' ? step.until : []));
  const ofFaults = faultsOfCell(lab, cell).flatMap(({ until, repaired }) => [...until, ...repaired]);
  return [...lab.readiness, ...ofChanges, ...ofFaults].filter((gate) => isAbout(gate, cell));
}

/** Names of the files under manifests/, in the order in which they are applied. */
export function manifestsOfCell(lab: Pick<Lab, 'manifests'>, cell: CellTraits): string[] {
  return lab.manifests
    .map((entry) => (typeof entry === 'string' ? { file: entry, when: undefined } : entry))
    .filter((entry) => isAbout(entry, cell))
    .map(({ file }) => file);
}
