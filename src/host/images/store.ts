/** Built things on disk, by content hash: there whole, or not there. */
import { randomUUID } from 'node:crypto';
import { access, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Host } from '../host.ts';
import { isRunning, processTable } from '../process-identity.ts';

/** A folder for unfinished work, removed when `work` ends. What a killed process leaves goes with {@link sweepWork}. */
export async function inWorkFolder<T>(host: Host, work: (folder: string) => Promise<T>): Promise<T> {
  const self = await processTable(host.exec).identify(process.pid);
  const folder = join(workRoot(host), [self?.pid, self?.startTime, self?.bootId, randomUUID()].join('.'));
  await mkdir(folder, { recursive: true });
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const workRoot = ({ paths }: Pick<Host, 'paths'>) => join(paths.cache, 'work');

/** Removes the unfinished work of processes that have ended. */
export async function sweepWork(host: Host): Promise<void> {
  const processes = processTable(host.exec);
  const folders = await readdir(workRoot(host)).catch(() => []); // nothing was ever built
  for (const folder of folders) {
    const [pid, startTime = '', bootId = ''] = folder.split('.');
    if (await isRunning(processes, { pid: Number(pid), startTime, bootId })) continue;
    await rm(join(workRoot(host), folder), { recursive: true, force: true });
  }
}

export const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false, // whatever the reason, making it anew says more
  );

/** Puts a finished file or folder in its place in one step. The same content may be there already. */
export async function publish(from: string, to: string): Promise<void> {
  if ((await stat(from)).isFile()) await sync(from);
  await mkdir(dirname(to), { recursive: true });
  try {
    await rename(from, to);
  } catch (error) {
    const taken =
      error instanceof Error && 'code' in error && ['ENOTEMPTY', 'EEXIST'].includes(String(error.code));
    if (!taken) throw error;
  }
}

/** After a power cut a file that has its name must have its content, too: nobody looks at it again. */
async function sync(path: string): Promise<void> {
  const file = await open(path);
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
