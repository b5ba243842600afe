/** One process at a time for work that is long and the same for all: the others wait and find it done. */
import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Progress } from './events.ts';
import type { Host } from './host.ts';
import { writeToDisk } from './json-file.ts';
import { isRunning, type ProcessIdentity, processIdentity, processTable } from './process-identity.ts';
import { waitFor } from './wait.ts';

const fourHours = 4 * 3_600_000;

/**
 * Runs `work` while this process holds the lock `name` of this user. A lock whose owner has ended counts as free, and so
 * does one that names nobody: it was not written by a process that can still run.
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
  await writeToDisk(mine, JSON.stringify(self));
  try {
    const held = await waitFor(
      async () => {
        if (await takes(mine, file)) return true;
        const owner = await readOwner(file);
        if (owner !== undefined && owner !== 'nobody' && (await isRunning(processes, owner))) {
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

/** Removes the lock of a dead owner, or of nobody; when another process was faster and holds it now, puts it back. */
async function putAway(file: string, dead: ProcessIdentity | 'nobody'): Promise<void> {
  const aside = `${file}.${randomUUID()}`;
  try {
    await rename(file, aside);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return;
    throw error;
  }
  const moved = await readOwner(aside);
  const isDead = moved === 'nobody' || (dead !== 'nobody' && isSame(moved, dead));
  if (moved !== undefined && !isDead) await takes(aside, file);
  await rm(aside, { force: true });
}

const isSame = (one: ProcessIdentity | undefined, other: ProcessIdentity) =>
  one?.pid === other.pid && one.startTime === other.startTime;

/** `nobody`: the file was cut off, as when the machine lost its power just after it was made. */
async function readOwner(file: string): Promise<ProcessIdentity | 'nobody' | undefined> {
  try {
    return processIdentity.safeParse(parseJson(await readFile(file, 'utf8'))).data ?? 'nobody';
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // the schema says that this is no owner
  }
}
