/** Runs labs: machine, then group by group a cluster, its cells, and its removal. */
import type { Versions } from '../../cluster/versions.ts';
import { causeOf } from '../../host/cause.ts';
import type { Consent } from '../../host/consent.ts';
import { CleanupError, type ExitCode, exitCodes, MachineError, ReportedError } from '../../host/errors.ts';
import type { Host } from '../../host/host.ts';
import type { NodeImage } from '../../host/images/node-image.ts';
import { engineNote } from '../../host/setup/undo.ts';
import type { Report, Totals } from '../events.ts';
import type { Fault } from '../schema/fault.ts';
import { type Cell, groupCells } from './cells.ts';
import { type GroupEnd, runGroup } from './group.ts';
import { requireKernel } from './kernel-needs.ts';
import { type LabOptions, type LabResult, sentence } from './lab.ts';
import { prepareMachine } from './machine.ts';

export interface RunRequest extends Omit<LabOptions, 'workload' | 'leave' | 'faults'> {
  readonly cells: readonly Cell[];
  /** Which faults of a cell are proved. */
  readonly faults: (cell: Cell) => readonly Fault[];
  /** What happens to a cluster when its labs have ended. */
  readonly keep: 'never' | 'on-failure' | 'always';
  /** Take a cluster that was kept, if there is one that fits. */
  readonly reuse: boolean;
  /**
   * When a lab must leave its cluster as it found it, or has failed: where others use the cluster after it, or also
   * where the cluster goes with it. Where it stays in the cluster, nobody asks.
   */
  readonly tidy: 'shared' | 'always';
  readonly consent: Consent;
  /** Called after each lab that got to its end, while its cluster still runs. */
  readonly onResult?: (result: LabResult, on: { versions: Versions; image: NodeImage }) => Promise<void>;
}

/** Two hosts: the first Ctrl-C stops what goes through `host`; `cleanup` goes on. */
export interface Hosts {
  readonly host: Host;
  readonly cleanup: Host;
}

/** Never throws for what labs, cluster or machine did: reports it and returns the exit code. */
export async function runLabs(
  { host, cleanup }: Hosts,
  request: RunRequest,
  report: Report,
): Promise<ExitCode> {
  const startedAt = performance.now();
  const labs = request.cells.map(({ lab, id }) => ({ lab: lab.id, cell: id }));
  report({ type: 'run-start', labs, replayed: false });
  const state: RunState = { totals: { passed: 0, failed: 0, skipped: 0 }, codes: [], stays: [], fenced: 0 };
  try {
    await requireKernel(host, request.cells);
    const machine = await prepareMachine(host, request.consent);
    const onLab = ({ totals, exitCode }: LabResult) => {
      state.totals = add(state.totals, totals);
      state.codes.push(exitCode);
    };
    for (const group of groupCells(request.cells)) {
      await runGroup({ hosts: { host, cleanup }, machine, group, request, report, onLab }, state);
    }
  } catch (error) {
    state.error = describeFailure(host, error);
    state.codes.push(codeOf(host, error));
  }
  // Ctrl-C while a cluster was being removed: nothing failed, and yet the run was stopped.
  if (host.signal.aborted && state.error === undefined) {
    state.error = describeFailure(host, host.signal.reason);
    state.codes.push(codeOf(host, host.signal.reason));
  }
  const engine = await engineNote(cleanup);
  if (engine !== undefined) state.stays.push(engine);
  const exitCode = worst(state.codes);
  report({
    type: 'run-end',
    totals: state.totals,
    durationMs: performance.now() - startedAt,
    exitCode,
    stays: state.stays,
    fenced: state.fenced,
    ...(state.error === undefined ? {} : { error: state.error }),
  });
  return exitCode;
}

interface RunState extends GroupEnd {
  totals: Totals;
  readonly codes: ExitCode[];
  error?: string;
}

function codeOf(host: Host, error: unknown): ExitCode {
  const reason = causeOf(host.signal, error);
  return reason instanceof ReportedError ? reason.exitCode : exitCodes.provisioning;
}

function describeFailure(host: Host, error: unknown): string {
  const reason = causeOf(host.signal, error);
  if (reason instanceof MachineError) return `${reason.message}\nWhat helps: ${reason.remedy}`;
  if (reason instanceof CleanupError) {
    const left = reason.left.length === 0 ? '' : `. Left: ${reason.left.join(', ')}.`;
    return `${reason.message}${left}\nWhat helps: ${reason.remedy}`;
  }
  return sentence(reason);
}

const add = (a: Totals, b: Totals): Totals => ({
  passed: a.passed + b.passed,
  failed: a.failed + b.failed,
  skipped: a.skipped + b.skipped,
});

/** What a person must act on first: an interrupt, then a machine or cluster that could not be had, then checks. */
function worst(codes: readonly ExitCode[]): ExitCode {
  const order = [130, 129, 143, 5, 4, 3, 2, 1] as const;
  return order.find((code) => codes.includes(code)) ?? exitCodes.passed;
}
