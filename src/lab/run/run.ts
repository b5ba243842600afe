/** Runs labs: machine, then group by group a cluster, its cells, and its removal. */
import { fencedPackets, hostIptables } from '../../cluster/fence.ts';
import { writeKept } from '../../cluster/kept.ts';
import { readVersions, type Versions } from '../../cluster/versions.ts';
import { causeOf } from '../../host/cause.ts';
import type { Consent } from '../../host/consent.ts';
import { CleanupError, type ExitCode, exitCodes, MachineError, ReportedError } from '../../host/errors.ts';
import type { Host } from '../../host/host.ts';
import type { NodeImage } from '../../host/images/node-image.ts';
import { openJournal } from '../../host/journal.ts';
import { engineNote } from '../../host/setup/undo.ts';
import type { Report, Totals } from '../events.ts';
import { type Acquired, acquireCluster } from './acquire.ts';
import { type Cell, type CellGroup, groupCells } from './cells.ts';
import { type LabOptions, type LabResult, runLab, sentence } from './lab.ts';
import { type Machine, prepareMachine } from './machine.ts';
import { removeWorkload } from './workload.ts';

export interface RunRequest extends Omit<LabOptions, 'applied'> {
  readonly cells: readonly Cell[];
  /** What happens to a cluster when its labs have ended. */
  readonly keep: 'never' | 'on-failure' | 'always';
  /** Take a cluster that was kept, if there is one that fits. */
  readonly reuse: boolean;
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
    const machine = await prepareMachine(host, request.consent);
    for (const group of groupCells(request.cells))
      await runGroup({ host, cleanup }, machine, group, request, report, state);
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

interface RunState {
  totals: Totals;
  readonly codes: ExitCode[];
  readonly stays: string[];
  fenced: number;
  error?: string;
}

async function runGroup(
  hosts: Hosts,
  machine: Machine,
  group: CellGroup,
  request: RunRequest,
  report: Report,
  state: RunState,
) {
  const { host, cleanup } = hosts;
  const journal = await openJournal(cleanup);
  const acquired = await acquireCluster(host, cleanup, journal, machine, group, request.reuse);
  const { cluster } = acquired;
  let failed = false;
  try {
    report({ type: 'note', text: `to look around: export KUBECONFIG=${cluster.kubeconfig}` });
    for (const [index, { lab, id }] of group.cells.entries()) {
      const at = { lab: lab.id, cell: id };
      const result = await runLab(
        { host, cluster, lab, at, report },
        { ...request, applied: acquired.lab === lab.id },
      );
      state.totals = add(state.totals, result.totals);
      state.codes.push(result.exitCode);
      failed ||= result.exitCode !== exitCodes.passed;
      if (request.onResult !== undefined && result.error === undefined) {
        const [versions, image] = await Promise.all([
          readVersions(host.exec, cluster, machine.tools.kind),
          machine.nodeImage(group.images),
        ]);
        await request.onResult(result, { versions, image });
      }
      const last = index === group.cells.length - 1;
      if (!last || acquired.reused) await removeWorkload(result.session);
      else if (willKeep(request, failed))
        await writeKept(host.paths, { cluster, lab: lab.id, hintsShown: 0 });
    }
    state.fenced += await fencedPackets(await hostIptables(host.exec, cluster.image), cluster.name);
  } finally {
    await release(acquired, willKeep(request, failed) && !host.signal.aborted, state);
  }
}

const willKeep = (request: RunRequest, failed: boolean) =>
  request.keep === 'always' || (request.keep === 'on-failure' && failed);

async function release(acquired: Acquired, keep: boolean, state: RunState): Promise<void> {
  await acquired.release(keep ? 'keep' : 'remove');
  if (keep || acquired.reused) {
    state.stays.push(`cluster ${acquired.cluster.name} goes on; remove it: npm run lab down`);
  }
}

function codeOf(host: Host, error: unknown): ExitCode {
  const reason = causeOf(host.signal, error);
  return reason instanceof ReportedError ? reason.exitCode : exitCodes.provisioning;
}

function describeFailure(host: Host, error: unknown): string {
  const reason = causeOf(host.signal, error);
  if (reason instanceof MachineError) return `${reason.message}\nWhat helps: ${reason.remedy}`;
  if (reason instanceof CleanupError) {
    return `${reason.message}. Left: ${reason.left.join(', ')}. \`npm run lab gc\` tries again.`;
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
  const order = [130, 143, 5, 4, 3, 2, 1] as const;
  return order.find((code) => codes.includes(code)) ?? exitCodes.passed;
}
