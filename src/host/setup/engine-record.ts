/** What `lab setup` did to this machine, so that it can be named at the end of a run and taken back. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { readJsonFile, writeFileAtomically } from '../json-file.ts';
import type { Paths } from '../paths.ts';
import { forwardingSchema } from './forwarding.ts';

export const engineRecord = z.strictObject({
  /** Packages that were not on the machine before: of the engine, curl, the browser. */
  installed: z.array(z.string()),
  started: z.discriminatedUnion('by', [
    /** Nothing was started by us: the package did it, or the engine runs already. */
    z.strictObject({ by: z.literal('package') }),
    /** `systemctl start docker`. */
    z.strictObject({ by: z.literal('systemd') }),
    /** dockerd in a session of its own, from the configuration in this folder. */
    z.strictObject({
      by: z.literal('us'),
      folder: z.string().startsWith('/'),
      /** Of the machine before the first start. */
      forwarding: forwardingSchema.optional(),
    }),
  ]),
});

export type EngineRecord = z.infer<typeof engineRecord>;

/** Where setup has not done anything yet. */
export const nothingDone: EngineRecord = { installed: [], started: { by: 'package' } };

const file = (paths: Paths) => join(paths.state, 'docker-engine.json');

export const readEngineRecord = (paths: Paths) => readJsonFile(file(paths), engineRecord);

export const writeEngineRecord = (paths: Paths, record: EngineRecord) =>
  writeFileAtomically(file(paths), `${JSON.stringify(record, null, 2)}\n`);

/** Writes down packages that are about to be installed, beside what is there already. */
export async function recordInstalled(paths: Paths, added: readonly string[]): Promise<void> {
  if (added.length === 0) return;
  const before = (await readEngineRecord(paths)) ?? nothingDone;
  await writeEngineRecord(paths, { ...before, installed: [...new Set([...before.installed, ...added])] });
}

export const forgetEngineRecord = (paths: Paths) => rm(file(paths), { force: true });

/** The folder of the engine that we start: configuration, log, images. Removing it frees all its disk space. */
export const engineFolder = (paths: Paths) => join(paths.cache, 'docker-engine');
