/** Finds what a chapter refers to. Nothing is shown that is not there: each miss is an error with near names. */

import { cellNamed } from '../../lab/cell-steps.ts';
import type {
  CheckRecord,
  CommandRecord,
  Evidence,
  FaultRecord,
  StepRecord,
} from '../../lab/evidence/schema.ts';
import { contextAfter, evaluate } from '../../lab/expression.ts';
import { didYouMean } from '../../lab/nearest.ts';
import { isAbout } from '../../lab/schema/cell.ts';
import { type Lab, walkSteps } from '../../lab/schema/lab.ts';
import type { Step } from '../../lab/schema/step.ts';
import { EvidenceError } from './error.ts';
import type { RecordedLab } from './lab.ts';

/** A step as it was recorded in one cell. */
export interface RecordedStep {
  readonly cell: Evidence;
  readonly step: StepRecord;
}

/** The step in every cell that has it, or in the one that is named. */
export function findStep({ lab, cells }: RecordedLab, id: string, cell?: string): RecordedStep[] {
  const among = cell === undefined ? cells : cells.filter((one) => one.cell === cell);
  if (cells.length > 0 && among.length === 0) {
    throw new EvidenceError(`${lab.id} has no cell "${cell}"; it has ${names(cells.map((one) => one.cell))}`);
  }
  const found = among.flatMap((one) => {
    const step = one.steps.find((record) => record.id === id);
    return step === undefined ? [] : [{ cell: one, step }];
  });
  if (found.length === 0) {
    definedStep(lab, id);
    if (cells.length > 0)
      throw new EvidenceError(`${lab.id} did not record the step "${id}" in ${cell ?? 'any cell'}`);
  }
  return found;
}

/** The step as the lab defines it; where several have this id, the one of the recorded cell. */
export function definedStep(lab: Lab, id: string, cell?: Evidence): Step {
  const steps = [...walkSteps(lab.steps)].map(({ step }) => step).filter((step) => step.id === id);
  const traits = cell === undefined ? undefined : cellNamed(lab, cell.cell);
  const step = steps.find((one) => traits !== undefined && isAbout(one, traits)) ?? steps[0];
  if (step !== undefined) return step;
  const ids = [...walkSteps(lab.steps)].map(({ step }) => step.id);
  throw new EvidenceError(`${lab.id} has no step "${id}"${didYouMean(id, ids)}`);
}

/** One of the step's commands; the first is 1. */
export function findCommand({ cell, step }: RecordedStep, number: number): CommandRecord {
  const command = step.commands[number - 1];
  if (command !== undefined) return command;
  throw new EvidenceError(
    `the step "${step.id}" recorded ${step.commands.length} commands in ${cell.cell}; there is no command ${number}`,
  );
}

/** `03-nodeport/every-node-answers`, in lab and check. */
export function splitClaim(by: string): { lab: string; check: string } {
  const [lab = '', check = '', ...more] = by.split('/');
  if (lab === '' || check === '' || more.length > 0) {
    throw new EvidenceError(
      `"${by}" names no check; expected LAB/CHECK, like 03-nodeport/every-node-answers`,
    );
  }
  return { lab, check };
}

export interface RecordedCheck {
  readonly cell: Evidence;
  readonly check: CheckRecord;
}

/** The verdicts of a check; the loader has made sure that each passed. */
export function findCheck({ lab, cells }: RecordedLab, id: string): RecordedCheck[] {
  const found = cells.flatMap((cell) => {
    const check = cell.checks.find((record) => record.id === id);
    return check === undefined ? [] : [{ cell, check }];
  });
  if (found.length === 0) definedCheck(lab, id);
  return found;
}

export function definedCheck(lab: Lab, id: string): { id: string; claim: string; scope: string } {
  const checks = [...walkSteps(lab.steps)].flatMap(({ step }) => step.checks);
  const check = checks.find((one) => one.id === id);
  if (check !== undefined) return check;
  throw new EvidenceError(
    `${lab.id} has no check "${id}"${didYouMean(
      id,
      checks.map((one) => one.id),
    )}`,
  );
}

export function findFault({ lab, cells }: RecordedLab, id: string) {
  const fault = lab.faults.find((one) => one.id === id);
  if (fault === undefined) {
    const ids = lab.faults.map((one) => one.id);
    throw new EvidenceError(`${lab.id} has no fault "${id}"${didYouMean(id, ids)}`);
  }
  const recorded: { cell: Evidence; fault: FaultRecord }[] = cells.flatMap((cell) => {
    const record = cell.faults.find((one) => one.id === id);
    return record === undefined ? [] : [{ cell, fault: record }];
  });
  return { fault, recorded };
}

/**
 * A value out of the evidence, in the words of the lab's own expressions: `nodes.worker.ip`.
 *
 * @param at step after which it is asked for; without it, at the end of the run.
 * @throws EvidenceError when nothing is there, or more than one thing.
 */
export async function findValue(cell: Evidence, expression: string, at?: string): Promise<string> {
  const end = at === undefined ? cell.steps.length : cell.steps.findIndex((step) => step.id === at) + 1;
  if (end === 0 && at !== undefined) throw new EvidenceError(`${cell.lab} did not record the step "${at}"`);
  const value = await evaluate(expression, contextAfter(cell.facts, cell.steps.slice(0, end)));
  if (value === undefined || value === null || typeof value === 'object') {
    throw new EvidenceError(
      `\`${expression}\` is ${value === undefined ? 'nothing' : JSON.stringify(value)} in ${cell.lab} (${cell.cell}); expected one value`,
    );
  }
  return String(value);
}

function names(list: readonly string[]): string {
  return list.join(', ') || 'none yet';
}
