/** Reads committed evidence: one reader, and one sentence about a file that is none, for runs, lint and pages. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UsageError } from '../../host/errors.ts';
import { schemaProblems } from '../load/problem.ts';
import { type Evidence, evidenceSchema } from './schema.ts';

export const evidenceFolder = (lab: string) => join('labs', lab, 'evidence');
export const evidenceFile = (lab: string, cell: string) => join(evidenceFolder(lab), `${cell}.json`);

/** What lies where a lab's evidence is: one file a cell, `iptables.json`. */
export async function listEvidence(projectRoot: string, lab: string): Promise<string[]> {
  const folder = join(projectRoot, evidenceFolder(lab));
  return readdir(folder).catch((error: NodeJS.ErrnoException): string[] => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
}

/**
 * What stands in the evidence file of this cell.
 *
 * @returns the evidence, or what is wrong with the text, to be read behind the file's name: `is no evidence: FIELD: …`
 */
export function parseEvidence(text: string, lab: string, cell: string): Evidence | string {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    return `is no JSON: ${(error as Error).message}`;
  }
  const { data, error } = evidenceSchema.safeParse(json);
  if (error !== undefined) {
    const [first] = schemaProblems(error, json);
    return `is no evidence: ${first?.path.join('.')}: ${first?.message}`;
  }
  if (data.lab !== lab || data.cell !== cell)
    return `is evidence of ${data.lab} in the cell ${data.cell}; its place is ${evidenceFile(data.lab, data.cell)}`;
  return data;
}

/** @throws UsageError when there is none for this cell, or it is not what this version writes */
export async function readEvidence(projectRoot: string, lab: string, cell: string): Promise<Evidence> {
  const file = evidenceFile(lab, cell);
  const text = await readFile(join(projectRoot, file), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    throw new UsageError(
      `${lab} was not recorded in the cell ${cell}: there is no ${file}; \`npm run lab record ${lab}\` writes it`,
    );
  });
  const evidence = parseEvidence(text, lab, cell);
  if (typeof evidence === 'string') throw new UsageError(`${file} ${evidence}`);
  return evidence;
}
