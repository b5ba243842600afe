/** Every published lab, in every cell, on a real cluster: it passes, and shows what its committed evidence shows. */
import { describe, expect, test } from 'vitest';
import { readDefinitionFiles } from '../../src/lab/definition.ts';
import { compareEvidence } from '../../src/lab/evidence/compare.ts';
import { formatDifferences } from '../../src/lab/evidence/difference.ts';
import { evidenceFile, readEvidence } from '../../src/lab/evidence/read.ts';
import { listLabs, loadLab } from '../../src/lab/load.ts';
import { chooseCells } from '../../src/lab/run/cells.ts';
import { failures, passed, projectRoot, recordCells } from './machine.ts';

const labs = await Promise.all((await listLabs(projectRoot)).map((id) => loadLab(projectRoot, id)));
const cells = labs
  .filter((lab) => !lab.draft)
  .flatMap((lab) => chooseCells(lab, { proxyMode: 'all', podNetwork: 'all' }));

describe.each(cells.map((cell) => ({ name: `${cell.lab.id} ${cell.id}`, cell })))('$name', ({ cell }) => {
  test('passes with its faults, and a fresh run has the structure of the committed evidence', async () => {
    const run = await recordCells([cell]);
    expect(failures(run)).toEqual([]);
    expect(run.exitCode).toBe(passed);
    const [fresh] = run.evidence;
    if (fresh === undefined) throw new Error('the run recorded nothing');
    const committed = await readEvidence(projectRoot, cell.lab.id, cell.id);
    const files = await readDefinitionFiles(projectRoot, cell.lab);
    const differences = compareEvidence(committed, fresh, cell.lab, files);
    expect(formatDifferences(evidenceFile(cell.lab.id, cell.id), differences)).toBe('');
  });
});
