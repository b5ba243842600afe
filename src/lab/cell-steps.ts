/** The part of a lab that one cell of its matrix runs. */
import type { Check } from './schema/check.ts';
import type { Fault } from './schema/fault.ts';
import type { Lab } from './schema/lab.ts';
import type { ProxyMode, When } from './schema/names.ts';
import type { Step } from './schema/step.ts';

export interface CellStep {
  readonly step: Step;
  /** Id of the capture that listens meanwhile. */
  readonly within?: string;
}

/** The steps of a cell in the order in which they end, which is that of their records. */
export function stepsOfCell(lab: Pick<Lab, 'steps'>, mode: ProxyMode): CellStep[] {
  return lab.steps
    .filter((step) => isAbout(step, mode))
    .flatMap((step): CellStep[] => {
      if (step.kind !== 'capture') return [{ step }];
      const inner = step.during.filter((one) => isAbout(one, mode));
      return [...inner.map((one) => ({ step: one, within: step.id })), { step }];
    });
}

export interface CellCheck {
  readonly check: Check;
  readonly step: string;
}

export function checksOfCell(lab: Pick<Lab, 'steps'>, mode: ProxyMode): CellCheck[] {
  return stepsOfCell(lab, mode).flatMap(({ step }) =>
    step.checks.filter((check) => isAbout(check, mode)).map((check) => ({ check, step: step.id })),
  );
}

export function faultsOfCell(lab: Pick<Lab, 'faults'>, mode: ProxyMode): Fault[] {
  return lab.faults.filter((fault) => isAbout(fault, mode));
}

function isAbout({ when }: { readonly when?: When | undefined }, mode: ProxyMode): boolean {
  return (when?.proxyMode ?? mode) === mode;
}
