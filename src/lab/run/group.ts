/** Runs the cells of a group one after another in one cluster, and in a new one after a lab that did not tidy up. */
import type { Cluster } from '../../cluster/cluster.ts';
import { fencedPackets } from '../../cluster/fence.ts';
import { readVersions } from '../../cluster/versions.ts';
import { cleanUpAfter } from '../../host/cause.ts';
import { exitCodes } from '../../host/errors.ts';
import { type Journal, openJournal } from '../../host/journal.ts';
import type { Report } from '../events.ts';
import { type Acquired, acquireCluster } from './acquire.ts';
import { type CellGroup, isAtHome } from './cells.ts';
import { type LabResult, type Leave, runLab } from './lab.ts';
import { leaveCluster, lookBefore } from './leave.ts';
import type { Machine } from './machine.ts';
import { aboutHalfway, noteInside, takeOut } from './reuse.ts';
import type { Hosts, RunRequest } from './run.ts';

export interface GroupRun {
  readonly hosts: Hosts;
  readonly machine: Machine;
  readonly group: CellGroup;
  readonly request: RunRequest;
  readonly report: Report;
  /** Told about each lab when it has ended. */
  readonly onLab: (result: LabResult) => void;
}

export interface GroupEnd {
  /** What stays on this machine on purpose. */
  readonly stays: string[];
  /** Packets that the fence has stopped. */
  fenced: number;
}

/** @param end is filled as far as the group gets: an interrupted run has a say in it, too. */
export async function runGroup(run: GroupRun, end: GroupEnd): Promise<void> {
  const { hosts, group, request } = run;
  const journal = await openJournal(hosts.cleanup);
  for (let next = 0; next < group.cells.length; ) {
    const reuse = request.reuse && next === 0;
    next = await runInOneCluster(run, journal, next, reuse, end);
  }
}

/** @returns the index of the first cell that needs another cluster. */
async function runInOneCluster(
  run: GroupRun,
  journal: Journal,
  from: number,
  reuse: boolean,
  end: GroupEnd,
): Promise<number> {
  const { hosts, machine, group, request, report } = run;
  const { host, cleanup } = hosts;
  const acquired = await acquireCluster(host, cleanup, journal, machine, group, reuse);
  const { cluster } = acquired;
  // What is there already has no "before".
  const atHome = request.tidy === 'shared' && isAtHome(acquired.lab, group.cells);
  const tidy = !atHome && mustBeTidy(run, acquired.reused);
  // What is in a cluster that goes with this run need not be written down.
  const lasts = acquired.reused;
  let halfway: string | undefined;
  let failed = false;
  let dirty = false;
  let next = from;
  const letGo = async () => {
    if (halfway !== undefined) report({ type: 'note', text: aboutHalfway(halfway, cluster) });
    await release(acquired, willKeep(request, failed) && !host.signal.aborted, end);
  };
  try {
    report({ type: 'note', text: `to look around: export KUBECONFIG=${cluster.kubeconfig}` });
    if (acquired.lab !== undefined && !atHome) await takeOut(host, cluster, acquired.lab);
    const before = tidy ? await lookBefore(host, cluster) : undefined;
    for (const cell of group.cells.slice(from)) {
      const { lab, id } = cell;
      next += 1;
      const last = next === group.cells.length;
      const leave: Leave = async (session, outcome) => {
        const stays = last && willKeep(request, failed || outcome === 'failed');
        if (stays || !tidy) return;
        dirty = true;
        await leaveCluster(session, before);
        dirty = false;
      };
      if (lasts) {
        halfway = lab.id;
        await noteInside(host, cluster, atHome ? { lab: lab.id, halfway } : { halfway });
      }
      const start = { host, cluster, lab, at: { lab: lab.id, cell: id }, report };
      const result = await runLab(start, {
        ...request,
        faults: request.faults(cell),
        workload: atHome ? 'there' : 'new',
        leave,
      });
      failed ||= result.exitCode !== exitCodes.passed;
      const stays = willKeep(request, failed);
      const isInside = atHome || (last && stays);
      // A lab that failed or was stopped may be between a change and what takes it back.
      const whole = result.exitCode === exitCodes.passed && !result.stoppedEarly;
      const unsure = dirty || (isInside && !whole);
      halfway = unsure && (lasts || stays) ? lab.id : undefined;
      if (lasts || stays) {
        await noteInside(host, cluster, {
          ...(isInside && !dirty ? { lab: lab.id } : {}),
          ...(halfway === undefined ? {} : { halfway }),
        });
      }
      run.onLab(result);
      await tellResult(run, cluster, result);
      if (dirty) break;
    }
    end.fenced += await fencedPackets(host.exec, cluster);
  } catch (error) {
    return cleanUpAfter(error, host.signal, letGo);
  }
  await letGo();
  return next;
}

/** A network that a lab makes itself is what it leaves behind: there is no "before" that it could go back to. */
const mustBeTidy = ({ request, group }: GroupRun, reused: boolean) =>
  reused || group.cells.length > 1 || (request.tidy === 'always' && group.podNetwork === 'kindnet');

async function tellResult({ hosts, machine, group, request }: GroupRun, cluster: Cluster, result: LabResult) {
  if (request.onResult === undefined || result.error !== undefined) return;
  const [versions, image] = await Promise.all([
    readVersions(hosts.host.exec, cluster, machine.tools.kind),
    machine.nodeImage(group.images),
  ]);
  await request.onResult(result, { versions, image });
}

const willKeep = (request: RunRequest, failed: boolean) =>
  request.keep === 'always' || (request.keep === 'on-failure' && failed);

async function release(acquired: Acquired, keep: boolean, end: GroupEnd): Promise<void> {
  await acquired.release(keep ? 'keep' : 'remove');
  if (keep || acquired.reused) {
    end.stays.push(`cluster ${acquired.cluster.name} goes on; remove it: npm run lab down`);
  }
}
