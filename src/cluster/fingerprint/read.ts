/** Everything of a cluster that a lab could change and leave so, as lines that can be compared. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Exec } from '../../host/exec.ts';
import { type Cluster, clientName, kubectlArgv, nodeName } from '../cluster.ts';
import { nodeRoles } from '../shape.ts';
import { apiParts } from './api.ts';
import type { Fingerprint } from './compare.ts';
import { type Parts, partsOf } from './lines.ts';

/** @param ranges pod address ranges of the nodes */
export async function readFingerprint(
  exec: Exec,
  cluster: Cluster,
  ranges: readonly string[],
): Promise<Fingerprint> {
  const script = await readFile(join(import.meta.dirname, 'node.sh'), 'utf8');
  const inContainer = async (name: string): Promise<Parts> => {
    const { stdout } = await exec(['docker', 'exec', '--interactive', name, 'bash', '-s'], { input: script });
    return partsOf(stdout, ranges);
  };
  const containers = [
    ...nodeRoles(cluster.shape).map((role) => [role, nodeName(cluster, role)] as const),
    ['client', clientName(cluster)] as const,
  ];
  const kubectl = async (args: readonly string[]) => (await exec(kubectlArgv(cluster, args))).stdout;
  return Object.fromEntries(
    await Promise.all([
      ...containers.map(async ([place, name]) => [place, await inContainer(name)] as const),
      apiParts(kubectl).then((parts) => ['API', parts] as const),
    ]),
  );
}
