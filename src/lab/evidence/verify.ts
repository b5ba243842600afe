/**
 * Whether evidence is worth showing: it belongs to the lab as it is now, nothing is missing, and every verdict
 * follows from what was recorded, so that nobody improves evidence by hand.
 */
import {
  type CellStep,
  cellNamed,
  checksOfCell,
  faultsOfCell,
  gatesOfCell,
  stepsOfCell,
} from '../cell-steps.ts';
import type { MatrixCell } from '../schema/cell.ts';
import type { Lab } from '../schema/lab.ts';
import { compareIds, type Difference } from './difference.ts';
import { factProblems } from './facts.ts';
import type { Evidence } from './schema.ts';
import { sealOf } from './seal.ts';
import { faultTraceId, predictedId } from './trace-value.ts';
import { verifyCheck, verifyFault } from './verify-proofs.ts';
import { verifyStep } from './verify-steps.ts';

/**
 * @param definition hash of the lab as it is now (src/lab/definition.ts).
 * @returns nothing when the evidence holds. Stale evidence gives that one difference: everything else would be
 *   a consequence of it.
 */
export async function verifyEvidence(
  evidence: Evidence,
  lab: Lab,
  definition: string,
): Promise<Difference[]> {
  if (evidence.definition !== definition) return [stale(lab)];
  const cell = cellNamed(lab, evidence.cell);
  if (cell === undefined || cell.proxyMode !== evidence.on.proxyMode) return [wrongCell(evidence)];
  const steps = stepsOfCell(lab, cell);
  const contradictions = [
    ...differentParts(evidence, lab, cell),
    ...failures(evidence),
    ...factProblems(evidence.facts, 'facts'),
    ...(await Promise.all(steps.map((step) => verifyStep(evidence, step)))).flat(),
    ...(await Promise.all(checksOfCell(lab, cell).map((check) => verifyCheck(evidence, check)))).flat(),
    ...(await Promise.all(faultsOfCell(lab, cell).map((fault) => verifyFault(evidence, fault)))).flat(),
  ];
  // Of an edit that contradicts something, the contradiction says more.
  return contradictions.length > 0 ? contradictions : brokenSeal(evidence, lab);
}

function brokenSeal(evidence: Evidence, { id }: Lab): Difference[] {
  if (evidence.seal === sealOf(evidence)) return [];
  const message = `the file is not what the recorder wrote: it was edited; record again: npm run lab record ${id}`;
  return [{ kind: 'edited', where: 'seal', message }];
}

const stale = (lab: Lab): Difference => ({
  kind: 'stale',
  where: 'definition',
  message: `lab.ts, a manifest or the cluster shape has changed since; record again: npm run lab record ${lab.id}`,
});

const wrongCell = ({ cell, on }: Evidence): Difference => ({
  kind: 'facts',
  where: 'cell',
  message: `the lab has no cell ${cell} in which kube-proxy runs in ${on.proxyMode} mode`,
});

/** Steps, checks, faults, gates and traces: those of the lab in this cell, each as often as there. */
function differentParts(evidence: Evidence, lab: Lab, cell: MatrixCell): Difference[] {
  const sides = { expected: 'the lab', found: 'the evidence' };
  const steps = stepsOfCell(lab, cell);
  const faults = faultsOfCell(lab, cell);
  const checks = checksOfCell(lab, cell).map(({ check }) => check);
  // A trace of nothing is none.
  const traces = Object.entries(evidence.traces).flatMap(([id, { length }]) => (length > 0 ? [id] : []));
  return [
    ...compareIds('step', ids(steps.map(({ step }) => step)), ids(evidence.steps), sides),
    ...compareIds('check', ids(checks), ids(evidence.checks), sides),
    ...compareIds('fault', ids(faults), ids(evidence.faults), sides),
    ...compareIds('gate', ids(gatesOfCell(lab, cell)), ids(evidence.gates), sides),
    ...compareIds('trace', [...steps.flatMap(tracesOf), ...ids(faults).map(faultTraceId)], traces, sides),
  ];
}

const tracesOf = ({ step: { kind, id } }: CellStep) => (kind === 'trace' ? [id, predictedId(id)] : []);

const ids = (items: readonly { readonly id: string }[]): string[] => items.map(({ id }) => id);

function failures({ gates, checks, faults }: Evidence): Difference[] {
  const records = [
    ...gates.map(({ id, verdict, saw }) => ({ what: 'gate', id, verdict, text: `saw ${saw}` })),
    ...checks.map(({ id, verdict, expected, saw, reason }) => ({
      what: 'check',
      id,
      verdict,
      text: reason ?? `expected ${expected}, saw ${JSON.stringify(saw)}`,
    })),
    ...faults.map(({ id, verdict, reason = '' }) => ({ what: 'fault', id, verdict, text: reason })),
  ];
  return records
    .filter(({ verdict }) => verdict !== 'passed')
    .map(({ what, id, verdict, text }) => ({
      kind: 'failed',
      where: `${what} ${id}`,
      message: `${verdict}: ${text}`,
    }));
}
