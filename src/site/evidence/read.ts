/** Reads what a lab has recorded, as it stands on disk. */
import { basename } from 'node:path';
import { listEvidence, readEvidence } from '../../lab/evidence/read.ts';
import type { Evidence } from '../../lab/evidence/schema.ts';
import { cellsOfMatrix } from '../../lab/schema/cell.ts';
import type { Lab } from '../../lab/schema/lab.ts';
import { EvidenceError } from './error.ts';

/**
 * Evidence by cell, in the order of the lab's matrix. A cell that was not recorded is absent.
 *
 * @throws EvidenceError with file and field when a file is no evidence of this lab.
 */
export async function readRecordings(root: string, lab: Lab): Promise<Evidence[]> {
  const files = await listEvidence(root, lab.id);
  const cells = await Promise.all(
    files
      .filter((file) => file.endsWith('.json'))
      .map((file) =>
        readEvidence(root, lab.id, basename(file, '.json')).catch((error: Error) => {
          throw new EvidenceError(error.message, { cause: error });
        }),
      ),
  );
  const ids = cellsOfMatrix(lab.matrix).map(({ id }) => id);
  const order = ({ cell }: Evidence) => ids.indexOf(cell);
  return cells.sort((one, other) => order(one) - order(other));
}
