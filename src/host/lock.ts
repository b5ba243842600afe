/** One process at a time for work that is long and the same for all: the others wait and find it done. */
import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Progress } from './events.ts';
import type { Host } from './host.ts';
import { isRunning, type ProcessIdentity, processIdentity, processTable } from './process-identity.ts';
import { waitFor } from './wait.ts';

const fourHours = 4 * 3_600_000;

/**
 * Runs `work` while this process holds the lock `name` of this user. A lock whose owner has ended counts as free.
 * `progress` is told whom it waits for: once, and again when another process was faster.
 */
export async function withLock<T>(
  host: Host,
  name: string,
  progress: Progress,
  work: () => Promise<T>,
): Promise<T> {
  const folder = join(host.paths.cache, 'locks');
  const file = join(folder, `${name}.json`);
  const processes = processTable(host.exec);
  const self = await processes.identify(process.pid);
  await mkdir(folder, { recursive: true });

  let told: number | undefined;
  const mine = join(folder, `${name}.${randomUUID()}`);
  await writeFile(mine, JSON.stringify(self));
  try {
    const held = await waitFor(
      async () => {
        if (await takes(mine, file)) return true;
        const owner = await readOwner(file);
        if (owner !== undefined && (await isRunning(processes, owner))) {
          if (told !== owner.pid) progress(`waiting for process ${owner.pid}, which does the same`);
          told = owner.pid;
          return undefined;
        }
        if (owner !== undefined) await putAway(file, owner);
        return (await takes(mine, file)) ? true : undefined;
      },
      { deadlineMs: fourHours, everyMs: 500, signal: host.signal },
    );
    if (!held) throw new Error(`the lock ${file} was not free within four hours`);
    try {
      return await work();
    } finally {
      await rm(file, { force: true });
    }
  } finally {
    await rm(mine, { force: true });
  }
}

/** A hard link is made by exactly one of many, and shows a whole file. */
async function takes(mine: string, file: string): Promise<boolean> {
  try {
    await link(mine, file);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

/** Removes the lock of a dead owner; when another process was faster and holds it now, puts it back. */
async function putAway(file: string, dead: ProcessIdentity): Promise<void> {
  const aside = `${file}.${randomUUID()}`;
  try {
    await rename(file, aside);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return;
    throw error;
  }
  const moved = await readOwner(aside);
  if (moved && (moved.pid !== dead.pid || moved.startTime !== dead.startTime)) await takes(aside, file);
  await rm(aside, { force: true });
}

async function readOwner(file: string): Promise<ProcessIdentity | undefined> {
  try {
    return processIdentity.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
