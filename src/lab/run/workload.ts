/** Brings a lab's workload into the cluster and takes it out again. */
import { setTimeout } from 'node:timers/promises';
import { z } from 'zod';
import { kubectlArgv, nodeName } from '../../cluster/cluster.ts';
import { rulesCommand, withoutEmptyChains } from '../../cluster/programmed.ts';
import { removeOwnContainers } from '../../cluster/remove.ts';
import { nodeRoles } from '../../cluster/shape.ts';
import { ProvisioningError, ReportedError } from '../../host/errors.ts';
import { CommandError } from '../../host/exec.ts';
import { manifestsOfCell } from '../cell-steps.ts';
import { runAt } from './command.ts';
import { awaitGates } from './gates.ts';
import { labFolder, refreshFacts, type Session } from './session.ts';

/** What a workload is in: enough to remove it. */
type Place = Pick<Session, 'host' | 'cluster' | 'lab'>;

/**
 * Creates the namespace where it is not there, applies the manifests and awaits the lab's readiness. To apply what is
 * there already takes back what somebody changed.
 */
export async function applyWorkload(session: Session): Promise<void> {
  const { host, cluster, lab } = session;
  const kubectl = (...args: string[]) => host.exec(kubectlArgv(cluster, args));
  const found = await lookAtNamespace(session);
  // A run that was stopped while it took its lab out.
  if (found === 'going') await deleteNamespace(session);
  if (found !== 'there') await kubectl('create', 'namespace', lab.namespace);
  await kubectl('config', 'set-context', '--current', `--namespace=${lab.namespace}`);
  // Pods are refused until the controller has made the namespace's service account.
  await kubectl(
    'wait',
    '--for=create',
    'serviceaccount/default',
    `--namespace=${lab.namespace}`,
    '--timeout=30s',
  );
  for (const manifest of manifestsOfCell(lab, cluster)) {
    await runAt(session, 'apply', {
      on: 'you',
      command: ['kubectl', 'apply', '-f', `${labFolder(lab)}/manifests/${manifest}`],
      timeoutS: 60,
      accept: [0],
    });
  }
  await awaitGates(session, lab.readiness);
  await refreshFacts(session);
}

/** Seconds within which nodes have followed what somebody repaired a moment ago. */
const followS = 10;

/**
 * Takes the workload as somebody has left it: nothing is applied. Readiness is awaited for a moment only, and whether it
 * came is left to the checks: a gate that is told would say where a fault is, and so would an image that can't be had.
 */
export async function takeWorkload(session: Session): Promise<void> {
  const unheard: Session = { ...session, gates: [], report: () => {} };
  const soon = session.lab.readiness.map((gate) => ({ ...gate, timeoutS: Math.min(gate.timeoutS, followS) }));
  await awaitGates(unheard, soon).catch((error: unknown) => {
    // A gate that can't even be asked: what it is about is not there.
    const isGone = error instanceof CommandError && error.outcome === 'exited';
    if (session.host.signal.aborted || !(error instanceof ReportedError || isGone)) throw error;
  });
  await refreshFacts(session);
}

/**
 * Removes the namespace, if it is there, and waits until nothing of it is left in any node's rules, so that the next
 * lab can have the same nodePorts. Containers of the lab's own go as well.
 */
export async function removeWorkload(place: Place): Promise<void> {
  const { host, cluster, lab } = place;
  await removeOwnContainers(host.exec, cluster);
  await deleteNamespace(place);
  const deadline = performance.now() + 30_000;
  for (const role of nodeRoles(cluster.shape)) {
    const node = nodeName(cluster, role);
    for (;;) {
      const { stdout } = await host.exec(['docker', 'exec', node, ...rulesCommand(cluster.proxyMode)]);
      if (!withoutEmptyChains(stdout).includes(`${lab.namespace}/`)) break;
      if (performance.now() > deadline) {
        throw new ProvisioningError(
          `${role} still has rules for ${lab.namespace} 30 s after its namespace was removed`,
        );
      }
      await setTimeout(100, undefined, { signal: host.signal });
    }
  }
}

async function deleteNamespace({ host, cluster, lab }: Place): Promise<void> {
  const options = ['--ignore-not-found', '--wait=true', '--timeout=120s'];
  await host.exec(kubectlArgv(cluster, ['delete', 'namespace', lab.namespace, ...options]), {
    timeoutMs: 130_000,
  });
}

const namespaceSchema = z.object({ metadata: z.object({ deletionTimestamp: z.string().optional() }) });

/** Whether the lab's namespace exists: `lab up` may have brought it, or a run that was stopped has left it. */
async function lookAtNamespace({ host, cluster, lab }: Place): Promise<'absent' | 'there' | 'going'> {
  const get = ['get', 'namespace', lab.namespace, '--ignore-not-found', '-o', 'json'];
  const { stdout } = await host.exec(kubectlArgv(cluster, get));
  if (stdout.trim() === '') return 'absent';
  const { deletionTimestamp } = namespaceSchema.parse(JSON.parse(stdout)).metadata;
  return deletionTimestamp === undefined ? 'there' : 'going';
}
