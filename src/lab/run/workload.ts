/** Brings a lab's workload into the cluster and takes it out again. */
import { setTimeout } from 'node:timers/promises';
import { z } from 'zod';
import { kubectlArgv, kubectlJson, nodeName } from '../../cluster/cluster.ts';
import { rulesCommand, withoutEmptyChains } from '../../cluster/programmed.ts';
import { removeOwnContainers } from '../../cluster/remove.ts';
import { nodeRoles } from '../../cluster/shape.ts';
import { ProvisioningError } from '../../host/errors.ts';
import { manifestsOfCell } from '../cell-steps.ts';
import { runAt } from './command.ts';
import { awaitGates } from './gates.ts';
import { labFolder, refreshFacts, type Session } from './session.ts';

/**
 * Creates the namespace, applies the manifests and awaits the lab's readiness. `applied`: the namespace is there
 * already, and applying again takes back what somebody changed.
 */
export async function applyWorkload(session: Session, applied: boolean): Promise<void> {
  const { host, cluster, lab } = session;
  const kubectl = (...args: string[]) => host.exec(kubectlArgv(cluster, args));
  if (!applied) await kubectl('create', 'namespace', lab.namespace);
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

/**
 * Removes the namespace and waits until nothing of it is left in any node's rules, so that the next lab can have
 * the same nodePorts. Containers of the lab's own go as well.
 */
export async function removeWorkload(session: Session): Promise<void> {
  const { host, cluster, lab } = session;
  await removeOwnContainers(host.exec, cluster);
  await host.exec(
    kubectlArgv(cluster, ['delete', 'namespace', lab.namespace, '--wait=true', '--timeout=120s']),
    {
      timeoutMs: 130_000,
    },
  );
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

/** Whether the lab's namespace exists: its workload may have been brought up by `lab up`. */
export async function hasWorkload(session: Session): Promise<boolean> {
  const list = z.object({ items: z.array(z.object({ metadata: z.object({ name: z.string() }) })) });
  const { items } = list.parse(await kubectlJson(session.host.exec, session.cluster, ['get', 'namespaces']));
  return items.some(({ metadata }) => metadata.name === session.lab.namespace);
}
