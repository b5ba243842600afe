/** The end of a lab that leaves its cluster as it was: the workload goes, and nothing else may have stayed. */
import { setTimeout } from 'node:timers/promises';
import type { Cluster } from '../../cluster/cluster.ts';
import { type Fingerprint, fingerprintDifferences } from '../../cluster/fingerprint/compare.ts';
import { readFingerprint } from '../../cluster/fingerprint/read.ts';
import { awaitSettled } from '../../cluster/settled.ts';
import { lookAtNodes } from '../../cluster/state.ts';
import { exitCodes, ReportedError } from '../../host/errors.ts';
import { task } from '../../host/events.ts';
import type { Host } from '../../host/host.ts';
import type { Session } from './session.ts';
import { removeWorkload } from './workload.ts';

/** A lab has left the cluster other than it found it. Exit 1. */
export class LeftoverError extends ReportedError {
  override readonly name = 'LeftoverError';
  readonly exitCode = exitCodes.checkFailed;
}

/**
 * Milliseconds until what goes by itself must have gone: kube-proxy takes stale chains out at its next sync, the runtime
 * takes down a pod's network after the pod.
 */
const settleMs = 35_000;
const pauseMs = 500;
/** kube-proxy syncs at most once a second (minSyncPeriod), so what changes shows within this time. */
const quietMs = 2_000;
/** Differences that a message has room for. */
const mostShown = 12;

/**
 * What `leaveCluster` compares with: a cluster that has come to rest, looked at until nothing changes any more.
 *
 * @throws ProvisioningError when it does not come to rest
 */
export async function lookBefore(host: Host, cluster: Cluster): Promise<Fingerprint> {
  return task(host.notify, 'before', 'look at the cluster, to compare it after each lab', async () => {
    await awaitSettled(host, cluster);
    const ranges = await podRanges(host, cluster);
    let before = await readFingerprint(host.exec, cluster, ranges);
    for (;;) {
      await setTimeout(quietMs, undefined, { signal: host.signal });
      const now = await readFingerprint(host.exec, cluster, ranges);
      if (fingerprintDifferences(before, now).length === 0) return now;
      before = now;
    }
  });
}

async function podRanges(host: Host, cluster: Cluster): Promise<string[]> {
  const { nodes } = await lookAtNodes(host.exec, cluster);
  return Object.values(nodes).flatMap(({ podCIDR }) => podCIDR ?? []);
}

/**
 * Removes the lab's workload, and waits until the cluster is as it was before the lab, where somebody has looked.
 *
 * @throws LeftoverError that names what stayed; ProvisioningError when the workload does not go
 */
export async function leaveCluster(session: Session, before: Fingerprint | undefined): Promise<void> {
  const { host, cluster, lab } = session;
  await task(
    host.notify,
    `leave-${lab.id}`,
    `take ${lab.id} out, and find the cluster as it was`,
    async () => {
      await removeWorkload(session);
      if (before === undefined) return;
      const ranges = await podRanges(host, cluster);
      const deadline = performance.now() + settleMs;
      for (;;) {
        const now = await readFingerprint(host.exec, cluster, ranges);
        const differences = fingerprintDifferences(before, now);
        if (differences.length === 0) return;
        if (performance.now() > deadline) throw new LeftoverError(leftover(lab.id, differences));
        await setTimeout(pauseMs, undefined, { signal: host.signal });
      }
    },
  );
}

function leftover(lab: string, differences: readonly string[]): string {
  const shown = differences.slice(0, mostShown).map((line) => `  ${line}`);
  const more = differences.length - shown.length;
  return [
    `${lab} left the cluster other than it found it; a lab undoes what it changes outside of its namespace:`,
    ...shown,
    ...(more > 0 ? [`  … and ${more} more`] : []),
  ].join('\n');
}
