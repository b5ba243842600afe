/** The recordings of a lab: there, of this lab, true to themselves, and without a trace of the machine. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { definitionHash, readDefinitionFiles } from '../definition.ts';
import { formatDifferences } from '../evidence/difference.ts';
import { findLeaks, type RecordingMachine } from '../evidence/hygiene.ts';
import { evidenceFile, evidenceFolder, listEvidence, parseEvidence } from '../evidence/read.ts';
import { verifyEvidence } from '../evidence/verify.ts';
import { cellsOfMatrix } from '../schema/cell.ts';
import type { Lab } from '../schema/lab.ts';
import type { Finding } from './finding.ts';

/**
 * A lab needs evidence of every cell. A draft needs none, and what it has may be old.
 *
 * @param machine names that must not stand in evidence, besides those that no evidence may have.
 */
export async function lintEvidence(
  projectRoot: string,
  lab: Lab,
  machine?: RecordingMachine,
): Promise<Finding[]> {
  const files = await listEvidence(projectRoot, lab.id);
  const cells = cellsOfMatrix(lab.matrix).map(({ id }) => id);
  const fileOf = (cell: string) => `${cell}.json`;
  const definition = definitionHash(lab, await readDefinitionFiles(projectRoot, lab));
  const findings = await Promise.all(
    cells
      .filter((cell) => files.includes(fileOf(cell)))
      .map((cell) => lintFile(projectRoot, lab, cell, definition, machine)),
  );
  const missing = lab.draft ? [] : cells.filter((cell) => !files.includes(fileOf(cell)));
  const foreign = files.filter((file) => !cells.map(fileOf).includes(file));
  return [
    ...missing.map((cell) =>
      error(evidenceFile(lab.id, cell), `is not recorded yet: npm run lab record ${lab.id}`),
    ),
    ...findings.flat(),
    ...foreign.map((file) =>
      error(join(evidenceFolder(lab.id), file), 'is of no cell of the lab; delete it'),
    ),
  ];
}

async function lintFile(
  projectRoot: string,
  lab: Lab,
  cell: string,
  definition: string,
  machine: RecordingMachine | undefined,
): Promise<Finding[]> {
  const file = evidenceFile(lab.id, cell);
  const text = await readFile(join(projectRoot, file), 'utf8');
  const leaks = findLeaks(text, machine).map(({ what, text: found }) =>
    error(file, `names ${what}: ${found}`, lineOf(text, found)),
  );
  const parsed = parseEvidence(text, lab.id, cell);
  if (typeof parsed === 'string') return [error(file, parsed), ...leaks];
  const differences = await verifyEvidence(parsed, lab, definition);
  return [
    ...differences.map((difference) => ({
      ...error(file, formatDifferences('', [difference]).replace(/^, /, '')),
      ...(lab.draft ? { severity: 'warning' as const } : {}),
    })),
    ...leaks,
  ];
}

const error = (file: string, message: string, line?: number): Finding => ({
  file,
  ...(line === undefined ? {} : { line }),
  severity: 'error',
  message,
});

const lineOf = (text: string, found: string) => text.slice(0, text.indexOf(found)).split('\n').length;
