/** Clusters that stay after the command that made them: `lab up`, `--keep`. */
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Exec } from '../host/exec.ts';
import { writeFileAtomically } from '../host/json-file.ts';
import type { Paths } from '../host/paths.ts';
import { proxyModeSchema } from '../trace/trace.ts';
import { type Cluster, clusterFolder, nodeName } from './cluster.ts';
import { nodeRoles, podNetworkNames } from './shape.ts';

const keptSchema = z.strictObject({
  cluster: z.strictObject({
    name: z.string(),
    shape: z.strictObject({
      id: z.string(),
      workers: z.union([z.literal(0), z.literal(1), z.literal(2), z.literal(3)]),
      ipFamily: z.enum(['ipv4', 'ipv6', 'dual']),
      podNetwork: z.enum(['kindnet', 'none']),
    }),
    proxyMode: proxyModeSchema,
    podNetwork: z.enum(podNetworkNames).default('kindnet'),
    image: z.string(),
    network: z.strictObject({ subnet: z.string(), subnet6: z.string().exactOptional(), bridge: z.string() }),
    kubeconfig: z.string(),
    kubectl: z.string(),
  }),
  /** Lab whose workload is in it, if any. */
  lab: z.string().optional(),
  /** Fault that `lab break` put in place. */
  fault: z.string().optional(),
  /** Hints of that fault that were shown. */
  hintsShown: z.int().min(0).default(0),
});
export type Kept = z.infer<typeof keptSchema>;

const file = (paths: Pick<Paths, 'state'>, name: string) => join(clusterFolder(paths, name), 'cluster.json');

export async function writeKept(paths: Pick<Paths, 'state'>, kept: Kept): Promise<void> {
  await mkdir(clusterFolder(paths, kept.cluster.name), { recursive: true });
  await writeFileAtomically(file(paths, kept.cluster.name), `${JSON.stringify(kept, null, 2)}\n`, 0o600);
}

export async function readKept(paths: Pick<Paths, 'state'>): Promise<readonly Kept[]> {
  const names = await readdir(join(paths.state, 'clusters')).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const found: Kept[] = [];
  for (const name of names) {
    const text = await readFile(file(paths, name), 'utf8').catch((error: NodeJS.ErrnoException) => {
      // A folder without the file is a cluster that is being made.
      if (error.code === 'ENOENT') return undefined;
      throw error;
    });
    if (text !== undefined) found.push(keptSchema.parse(JSON.parse(text)));
  }
  return found;
}

/** Whether all its nodes still run: Docker may have been restarted, or somebody removed one. */
export async function isAlive(exec: Exec, cluster: Cluster): Promise<boolean> {
  const names = [
    ...nodeRoles(cluster.shape).map((role) => nodeName(cluster, role)),
    `${cluster.name}-client`,
  ];
  const { stdout } = await exec([
    'docker',
    'ps',
    '--format={{.Names}}',
    '--filter',
    `name=^/?${cluster.name}-`,
  ]);
  const running = stdout.split('\n');
  return names.every((name) => running.includes(name));
}
