/** Clusters that stay after the command that made them: `lab up`, `--keep`. */
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { CleanupError } from '../host/errors.ts';
import { writeFileAtomically } from '../host/json-file.ts';
import type { Paths } from '../host/paths.ts';
import { proxyModeSchema } from '../trace/trace.ts';
import { clusterFolder } from './cluster.ts';
import { podNetworkNames } from './shape.ts';

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
  /** Lab that a run has begun and not ended well: whatever it changed may still be so, and no run takes the cluster. */
  halfway: z.string().exactOptional(),
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

/** @throws CleanupError for a file that this version can't read: who uses a cluster must know all of it. */
export async function readKept(paths: Pick<Paths, 'state'>): Promise<readonly Kept[]> {
  return (await readTexts(paths)).map(({ name, text }) => {
    try {
      return keptSchema.parse(JSON.parse(text));
    } catch (error) {
      throw new CleanupError(
        `this version can't read ${file(paths, name)}, which describes a cluster that stays`,
        [`cluster ${name}`],
        { cause: error, remedy: '`npm run lab down` removes every cluster that stays, this one too' },
      );
    }
  });
}

/** Those of them that this version can read. */
export async function readableKept(paths: Pick<Paths, 'state'>): Promise<readonly Kept[]> {
  return (await readTexts(paths)).flatMap(({ text }) => keptSchema.safeParse(parseJson(text)).data ?? []);
}

/** What the removal of clusters reads in a cluster's file: whose it is. */
export interface KeptGlance {
  readonly name: string;
  /** Lab that is in it, or that a run has left in the middle. */
  readonly lab: string | undefined;
}

const glanceSchema = z.looseObject({
  lab: z.string().optional().catch(undefined),
  halfway: z.string().optional().catch(undefined),
});

/** Every cluster that has a file, whatever version of this project wrote it: it must be possible to remove it. */
export async function glanceAtKept(paths: Pick<Paths, 'state'>): Promise<readonly KeptGlance[]> {
  return (await readTexts(paths)).map(({ name, text }) => {
    const { data } = glanceSchema.safeParse(parseJson(text));
    return { name, lab: data?.lab ?? data?.halfway };
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Names of the clusters that have a folder, also of those that are being made. */
export function clusterFolders(paths: Pick<Paths, 'state'>): Promise<readonly string[]> {
  return readdir(join(paths.state, 'clusters')).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
}

async function readTexts(paths: Pick<Paths, 'state'>) {
  const names = await clusterFolders(paths);
  const texts = await Promise.all(
    names.map(async (name) => {
      const text = await readFile(file(paths, name), 'utf8').catch((error: NodeJS.ErrnoException) => {
        // A folder without the file is a cluster that is being made.
        if (error.code === 'ENOENT') return undefined;
        throw error;
      });
      return text === undefined ? [] : [{ name, text }];
    }),
  );
  return texts.flat();
}
