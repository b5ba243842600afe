/** Built things on disk, by content hash: there whole, or not there. */
import { randomUUID } from 'node:crypto';
import { access, mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Paths } from '../paths.ts';

/** A folder for unfinished work, removed when `work` ends. What a killed process leaves goes with {@link sweepWork}. */
export async function inWorkFolder<T>(paths: Paths, work: (folder: string) => Promise<T>): Promise<T> {
  const folder = join(workRoot(paths), randomUUID());
  await mkdir(folder, { recursive: true });
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const workRoot = (paths: Paths) => join(paths.cache, 'work');

/** Removes unfinished work of processes that were killed. Only while no other process builds. */
export const sweepWork = (paths: Paths) => rm(workRoot(paths), { recursive: true, force: true });

export const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false, // whatever the reason, making it anew says more
  );

/** Puts a finished file or folder in its place in one step. The same content may be there already. */
export async function publish(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  try {
    await rename(from, to);
  } catch (error) {
    const taken =
      error instanceof Error && 'code' in error && ['ENOTEMPTY', 'EEXIST'].includes(String(error.code));
    if (!taken) throw error;
  }
}
