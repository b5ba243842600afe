/** Reads what a lab has recorded, as it stands on disk. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Evidence, evidenceSchema } from '../../lab/evidence/schema.ts';
import { cellsOfMatrix } from '../../lab/schema/cell.ts';
import type { Lab } from '../../lab/schema/lab.ts';
import { EvidenceError } from './error.ts';

/**
 * Evidence by cell, in the order of the lab's matrix. A cell that was not recorded is absent.
 *
 * @throws EvidenceError with file and field when a file is no evidence of this lab.
 */
export async function readEvidence(root: string, lab: Lab): Promise<Evidence[]> {
  const folder = join(root, 'labs', lab.id, 'evidence');
  const files = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const cells = await Promise.all(
    files
      .filter((file) => file.endsWith('.json'))
      .map((file) => readCell(join(folder, file), `labs/${lab.id}/evidence/${file}`, lab.id)),
  );
  const ids = cellsOfMatrix(lab.matrix).map(({ id }) => id);
  const order = ({ cell }: Evidence) => ids.indexOf(cell);
  return cells.sort((one, other) => order(one) - order(other));
}

async function readCell(path: string, shown: string, lab: string): Promise<Evidence> {
  const text = await readFile(path, 'utf8');
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new EvidenceError(`${shown} is not JSON: ${(error as Error).message}`, { cause: error });
  }
  const parsed = evidenceSchema.safeParse(json);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const where = issue?.path.join('.') ?? '';
    throw new EvidenceError(`${shown} is not evidence: ${where}: ${issue?.message ?? 'unknown problem'}`);
  }
  const { data } = parsed;
  if (data.lab !== lab) throw new EvidenceError(`${shown} is evidence of ${data.lab}, not of ${lab}`);
  if (`${data.cell}.json` !== shown.split('/').at(-1)) {
    throw new EvidenceError(`${shown} holds the cell ${data.cell}; its name should be ${data.cell}.json`);
  }
  return data;
}
