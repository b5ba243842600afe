/** Small state files: written whole or not at all, read through a schema. */
import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { z } from 'zod';
import { CleanupError } from './errors.ts';
import { writing } from './full-disk.ts';

/** Returns when the text is on the disk: a name that is given to it afterwards never means an empty file. */
export const writeToDisk = (path: string, text: string, mode = 0o644): Promise<void> =>
  writing(path, async () => {
    const file = await open(path, 'w', mode);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
  });

/** Replaces `path` in one step, so that a reader or a crash, also of the machine, never leaves half of it. */
export async function writeFileAtomically(path: string, text: string, mode = 0o644): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}.tmp`;
  await writeToDisk(temporary, text, mode);
  await rename(temporary, path);
}

/**
 * The content of a JSON file that fits `schema`; `undefined` when there is no such file.
 * @throws an error that names the file when it is damaged
 */
export async function readJsonFile<T>(path: string, schema: z.ZodType<T>): Promise<T | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    return schema.parse(JSON.parse(text));
  } catch (error) {
    throw new CleanupError(
      `${path} can't be read: it is damaged, or of another version of this project`,
      [path],
      {
        cause: error,
        remedy: 'look at the file; when it is worth nothing, remove it and run this again',
      },
    );
  }
}
