/** Puts a lab into a cluster that stays, for checks and drills that come later. */
import { exitCodes, ReportedError } from '../../host/errors.ts';
import { runLab } from './lab.ts';
import { openSession, type SessionStart } from './session.ts';
import { applyWorkload } from './workload.ts';

/** The steps that make the pod network did not pass: there is nothing to check or to break. Exit 1. */
export class NetworkError extends ReportedError {
  override readonly name = 'NetworkError';
  readonly exitCode = exitCodes.checkFailed;
}

/**
 * Applies the workload. A pod network of the lab's own is made by its steps, so there all of them run, once and for all:
 * they begin in a cluster without a network.
 *
 * @throws NetworkError when a step or a check failed that way
 */
export async function putLabIn(start: SessionStart): Promise<void> {
  const { cluster, lab } = start;
  if (cluster.podNetwork === 'kindnet') return applyWorkload(await openSession(start));
  const { exitCode, error } = await runLab(start, { until: undefined, faults: [], workload: 'new' });
  if (exitCode === exitCodes.passed) return;
  throw new NetworkError(
    `${lab.id} did not pass while it made the pod network ${cluster.podNetwork}: ${error ?? 'a check failed, see above'}`,
  );
}

/** Why checks can't run again in this cluster, if so. */
export function whyNotAgain({ cluster, lab }: Pick<SessionStart, 'cluster' | 'lab'>): string | undefined {
  const { podNetwork } = cluster;
  if (podNetwork === 'kindnet') return undefined;
  return `the checks of ${lab.id} have run in this cluster: they begin without a pod network, and its steps have made ${podNetwork}. \`npm run lab fix\` says whether a fault is gone; \`npm run lab ${lab.id} -- --network ${podNetwork}\` checks everything in a new cluster`;
}
