/** Reads committed evidence. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { UsageError } from '../../host/errors.ts';
import { type Evidence, evidenceSchema } from './schema.ts';

export const evidenceFile = (lab: string, cell: string) => join('labs', lab, 'evidence', `${cell}.json`);

/** @throws UsageError when there is none for this cell, or it is not what this version writes */
export async function readEvidence(projectRoot: string, lab: string, cell: string): Promise<Evidence> {
  const file = evidenceFile(lab, cell);
  const text = await readFile(join(projectRoot, file), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    throw new UsageError(
      `${lab} was not recorded in ${cell} mode: there is no ${file}; \`npm run lab record ${lab}\` writes it`,
    );
  });
  const parsed = evidenceSchema.safeParse(JSON.parse(text));
  if (parsed.success) return parsed.data;
  throw new UsageError(`${file} is not what this version records: ${z.prettifyError(parsed.error)}`);
}
