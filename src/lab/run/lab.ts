/** Runs one lab on a cluster that is Ready: apply, ready, steps, faults. */

import { awaitSettled } from '../../cluster/settled.ts';
import { type ExitCode, exitCodes, ReportedError } from '../../host/errors.ts';
import { task } from '../../host/events.ts';
import { CommandError } from '../../host/exec.ts';
import type { Totals } from '../events.ts';
import type { CheckRecord, FaultRecord, GateRecord } from '../evidence/schema.ts';
import { isAbout } from '../schema/cell.ts';
import type { Fault } from '../schema/fault.ts';
import { walkSteps } from '../schema/lab.ts';
import { proveFault } from './faults.ts';
import { lookAtCluster, newSession, type Session, type SessionStart } from './session.ts';
import { runStep } from './steps.ts';
import { applyWorkload, takeWorkload } from './workload.ts';

/** Leaves the cluster to what comes after the lab; what it throws fails the lab. */
export type Leave = (session: Session, outcome: 'passed' | 'failed') => Promise<void>;

export interface LabOptions {
  /** Proved after the steps; those of other cells are passed over. */
  readonly faults: readonly Fault[];
  /** Id of the last step to run. */
  readonly until: string | undefined;
  /**
   * `new` in this cluster; `there` already, by `lab up`, and applied again; `broken` by a fault on purpose: then nothing
   * that could repair it is done. Nothing is applied, and the first check that fails ends the run.
   */
  readonly workload: 'new' | 'there' | 'broken';
  /** Called before each step; `--step` waits for the Enter key here. */
  readonly beforeStep?: () => Promise<void>;
  /** Called when steps and faults have ended, however they did. */
  readonly leave?: Leave;
}

export interface LabResult {
  readonly session: Session;
  readonly totals: Totals;
  readonly exitCode: ExitCode;
  readonly error: string | undefined;
  /** `--until` ended it before its last step: what a later step takes back may still be there. */
  readonly stoppedEarly: boolean;
}

/** Throws only after Ctrl-C: what the lab or its cluster did is in the result. */
export async function runLab(start: SessionStart, options: LabOptions): Promise<LabResult> {
  const startedAt = performance.now();
  const { lab, at, report, cluster, host } = start;
  report({
    type: 'cell-start',
    at,
    title: lab.title,
    question: lab.question,
    proxyMode: cluster.proxyMode === 'nftables' ? 'nftables' : 'iptables',
    podNetwork: cluster.podNetwork,
  });
  const session = newSession(start);
  let failure: unknown;
  let stopped: string | undefined = 'the run did not get here';
  try {
    await lookAtCluster(session);
    await prepare(session, options.workload);
    stopped = await runSteps(session, options);
    for (const fault of options.faults) if (isAbout(fault, session.cluster)) await proveFault(session, fault);
  } catch (error) {
    if (host.signal.aborted) throw error;
    failure = error;
  }
  if (stopped !== undefined) skipRest(session, stopped);
  const totals = count([...session.gates, ...session.checks, ...session.faults]);
  try {
    await options.leave?.(session, failure === undefined && totals.failed === 0 ? 'passed' : 'failed');
  } catch (error) {
    if (host.signal.aborted) throw error;
    // What failed first is the cause that the person looks for.
    if (failure !== undefined) report({ type: 'note', text: sentence(error) });
    failure ??= error;
  }
  const exitCode =
    failure === undefined ? (totals.failed > 0 ? exitCodes.checkFailed : exitCodes.passed) : codeOf(failure);
  const error = failure === undefined ? undefined : sentence(failure);
  report({
    type: 'cell-end',
    at,
    totals,
    durationMs: performance.now() - startedAt,
    exitCode,
    ...(error === undefined ? {} : { error: `${error} (cluster ${cluster.name})` }),
  });
  const stoppedEarly = failure === undefined && stopped !== undefined && options.until !== undefined;
  return { session, totals, exitCode, error, stoppedEarly };
}

/** The workload comes while the cluster is still at it. Without the pod network that a lab brings it can't come to rest. */
async function prepare(session: Session, workload: LabOptions['workload']): Promise<void> {
  const { host, cluster } = session;
  if (workload === 'broken') await takeWorkload(session);
  else if (workload === 'there' || cluster.podNetwork !== 'kindnet') await applyWorkload(session);
  else {
    const settled = awaitSettled(host, cluster);
    await Promise.all([
      applyWorkload(session).then(() =>
        task(host.notify, 'settle', 'CoreDNS ready, and in the rules of every node', () => settled),
      ),
      settled,
    ]);
  }
  session.initial = session.facts;
}

/** @returns why it stopped before the end, if it did. */
async function runSteps(session: Session, options: LabOptions): Promise<string | undefined> {
  for (const step of session.lab.steps) {
    await options.beforeStep?.();
    await runStep(session, step);
    if (step === session.lab.steps.at(-1)) return undefined;
    if (step.id === options.until) return `--until ${step.id}`;
    // Later steps may change what is broken, or stop halfway in a change of their own.
    if (options.workload === 'broken' && session.checks.some(({ verdict }) => verdict === 'failed'))
      return 'a fault is in place, and a check before this one failed';
  }
  return undefined;
}

/** Checks that were not reached are said to be skipped, and why: a number that only counts what ran would hide them. */
function skipRest(session: Session, reason: string): void {
  const judged = new Set(session.checks.map(({ id }) => id));
  for (const { step } of walkSteps(session.lab.steps)) {
    if (!isAbout(step, session.cluster)) continue;
    for (const { id, claim, scope, when } of step.checks) {
      if (judged.has(id) || !isAbout({ when }, session.cluster)) continue;
      const record: CheckRecord = {
        id,
        step: step.id,
        claim,
        scope,
        verdict: 'skipped',
        expected: '',
        saw: null,
        reason,
      };
      session.checks.push(record);
      session.report({ type: 'check', record });
    }
  }
}

function count(records: readonly (GateRecord | CheckRecord | FaultRecord)[]): Totals {
  const of = (verdict: string) => records.filter((record) => record.verdict === verdict).length;
  return { passed: of('passed'), failed: of('failed'), skipped: of('skipped') };
}

const codeOf = (error: unknown): ExitCode =>
  error instanceof ReportedError ? error.exitCode : exitCodes.checkFailed;

/** A ReportedError or a failed command is complete for a person; anything else is a bug of ours and keeps its stack. */
export function sentence(error: unknown): string {
  if (error instanceof ReportedError || error instanceof CommandError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
