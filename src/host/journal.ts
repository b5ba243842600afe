/**
 * What we started on this machine and must remove: one file an entry under the state directory, written before
 * the thing is made, so that a crash at any moment leaves a name behind for `lab gc`.
 *
 * The name of a file carries its owner and its content the thing. Files come and go by rename, so a reader sees an
 * entry whole or not at all, and of two processes that {@link Journal.claim} one entry exactly one succeeds.
 */
import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { engineId } from './engine-id.ts';
import { CleanupError } from './errors.ts';
import type { Host } from './host.ts';
import { type Made, madeSchema } from './made.ts';
import { isRunning, type ProcessIdentity, processIdentity, processTable } from './process-identity.ts';

const stored = z.strictObject({
  recordedAt: z.iso.datetime(),
  /** `owner`: goes with the run that made it. `user`: asked for with `up` or `--keep`, goes when the user says so. */
  heldBy: z.enum(['owner', 'user']),
  made: madeSchema,
  /** Id of the engine on which it was made, if it said one. */
  engine: z.string().min(1).exactOptional(),
});

export type HeldBy = z.infer<typeof stored>['heldBy'];

export interface JournalEntry extends z.infer<typeof stored> {
  readonly id: string;
  readonly owner: ProcessIdentity;
}

export interface Journal {
  /** Writes down what is about to be made. Returns when it is on the disk. */
  record(made: Made, heldBy?: HeldBy): Promise<JournalEntry>;
  /** Replaces what an entry of ours says: a cluster is kept for the user. */
  amend(entry: JournalEntry, change: { heldBy: HeldBy }): Promise<JournalEntry>;
  /** Makes an entry ours; `undefined` when another process was faster or it is gone. */
  claim(entry: JournalEntry): Promise<JournalEntry | undefined>;
  /** After the thing was removed. Forgetting twice is no error. */
  forget(entry: Pick<JournalEntry, 'id'>): Promise<void>;
  /** All entries, of every owner, oldest first. */
  list(): Promise<readonly JournalEntry[]>;
  /** Whether the process that owns the entry still runs. */
  ownerRuns(entry: JournalEntry): Promise<boolean>;
}

const fileName = ({ id, owner }: Pick<JournalEntry, 'id' | 'owner'>) =>
  `${id}.${owner.pid}.${owner.startTime}.${owner.bootId}.json`;

const fileNamePattern = /^(?<id>[\w-]+)\.(?<pid>\d+)\.(?<startTime>\d+)\.(?<bootId>[\w-]+)\.json$/;

const hasCode = (error: unknown, ...codes: string[]) =>
  error instanceof Error && 'code' in error && codes.includes(String(error.code));

/** The journal of this user on this machine; `owner` is the process that calls. */
export async function openJournal(host: Pick<Host, 'paths' | 'exec'>): Promise<Journal> {
  const folder = join(host.paths.state, 'journal');
  const processes = processTable(host.exec);
  const self = await processes.identify(process.pid);
  if (self === undefined) throw new Error(`this process (${process.pid}) is not in the process table`);

  let engine: Promise<string | undefined> | undefined;

  async function write(entry: JournalEntry): Promise<void> {
    const { id: _, owner: __, ...content } = entry;
    const text = `${JSON.stringify(stored.parse(content), null, 2)}\n`;
    const temporary = join(folder, `.${fileName(entry)}`);
    await inFolder(async () => {
      const file = await open(temporary, 'w');
      try {
        await file.writeFile(text);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(temporary, join(folder, fileName(entry)));
    });
  }

  /** `forget` of another process removes the folder when it is empty, also just after we made it. */
  async function inFolder(work: () => Promise<void>): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      await mkdir(folder, { recursive: true });
      try {
        return await work();
      } catch (error) {
        if (!hasCode(error, 'ENOENT') || attempt === 10) throw error;
      }
    }
  }

  async function fileNames(): Promise<string[]> {
    try {
      return (await readdir(folder)).filter((file) => !file.startsWith('.'));
    } catch (error) {
      if (hasCode(error, 'ENOENT')) return [];
      throw error;
    }
  }

  async function read(file: string): Promise<JournalEntry | undefined> {
    const path = join(folder, file);
    const groups = fileNamePattern.exec(file)?.groups;
    try {
      const { id, ...rest } = z.looseObject({ id: z.string().min(1), pid: z.string() }).parse(groups);
      const owner = processIdentity.parse({ ...rest, pid: Number(rest.pid) });
      return { id, owner, ...stored.parse(JSON.parse(await readFile(path, 'utf8'))) };
    } catch (error) {
      // Forgotten or claimed by another process since the folder was read.
      if (hasCode(error, 'ENOENT')) return undefined;
      throw new CleanupError(
        `this version can't read ${path}, which names something that was started on this machine`,
        [path],
        { cause: error, remedy: 'remove what it names, then the file' },
      );
    }
  }

  return {
    async record(made, heldBy = 'owner') {
      engine ??= engineId(host.exec);
      const on = await engine;
      const recordedAt = new Date().toISOString();
      const entry = {
        ...{ id: randomUUID(), owner: self, recordedAt, heldBy, made },
        ...(on === undefined ? {} : { engine: on }),
      };
      await write(entry);
      return entry;
    },
    async amend(entry, change) {
      const amended = { ...entry, ...change };
      await write(amended);
      return amended;
    },
    async claim(entry) {
      const claimed = { ...entry, owner: self };
      try {
        await rename(join(folder, fileName(entry)), join(folder, fileName(claimed)));
        return claimed;
      } catch (error) {
        if (hasCode(error, 'ENOENT')) return undefined;
        throw error;
      }
    },
    async forget({ id }) {
      for (const file of await fileNames()) {
        if (file.startsWith(`${id}.`)) await rm(join(folder, file), { force: true });
      }
      try {
        await rmdir(folder);
      } catch (error) {
        if (!hasCode(error, 'ENOENT', 'ENOTEMPTY', 'EEXIST')) throw error;
      }
    },
    async list() {
      const entries = await Promise.all((await fileNames()).map(read));
      return entries
        .filter((entry) => entry !== undefined)
        .sort((a, b) => a.recordedAt.localeCompare(b.recordedAt) || a.id.localeCompare(b.id));
    },
    ownerRuns: (entry) => isRunning(processes, entry.owner),
  };
}
