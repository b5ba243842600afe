/**
 * Published labs on real clusters: each passes, and shows what its committed evidence shows. Which cells and faults, see
 * scripts/test-labs/select.ts.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { leftOut } from '../../scripts/test-labs/select.ts';
import { readDefinitionFiles } from '../../src/lab/definition.ts';
import { compareEvidence } from '../../src/lab/evidence/compare.ts';
import { formatDifferences } from '../../src/lab/evidence/difference.ts';
import { evidenceFile, readEvidence } from '../../src/lab/evidence/read.ts';
import { withoutFaults } from '../../src/lab/evidence/without-faults.ts';
import { formatTable, type TableRow, tableRows } from '../../src/lab/report/table.ts';
import { groupCells } from '../../src/lab/run/cells.ts';
import { failures, passed, projectRoot, type Recording, recordCells } from './machine.ts';
import { labs, selection } from './selection.ts';

const rows: TableRow[] = [];

/** Labs of one shape and mode share a cluster, as in `lab all`: each has to leave it as it found it. */
const groups = groupCells(selection.cells);

describe.each(groups.map((group) => ({ name: nameOf(group.cells), group })))('$name', ({ group }) => {
  let run: Recording;
  beforeAll(async () => {
    run = await recordCells(group.cells, selection.faults);
    rows.push(...tableRows(run.events));
  });

  test.each(group.cells.map((cell) => ({ name: `${cell.lab.id} ${cell.id}`, cell })))(
    '$name passes, and a fresh run has the structure of the committed evidence',
    async ({ cell }) => {
      const { lab, id } = cell;
      const at = { lab: lab.id, cell: id };
      expect(failures(run, at)).toEqual([]);
      const fresh = run.evidence.find((one) => one.lab === lab.id && one.cell === id);
      if (fresh === undefined) throw new Error(`the run recorded nothing: ${failures(run).join('\n')}`);
      const proved = selection.faults(cell).map((fault) => fault.id);
      const committed = withoutFaults(await readEvidence(projectRoot, lab.id, id), lab, cell, proved);
      const differences = compareEvidence(committed, fresh, lab, await readDefinitionFiles(projectRoot, lab));
      expect(formatDifferences(evidenceFile(lab.id, id), differences)).toBe('');
    },
  );

  // A cluster that could not be removed, or a fence that nobody could ask, stands at the end of the run and in no cell.
  test('the run passes, and its cluster is gone', () => {
    expect(failures(run)).toEqual([]);
    expect(run.exitCode).toBe(passed);
  });
});

afterAll(() => {
  console.log([...formatTable(rows), ...leftOut(labs, selection)].join('\n'));
});

function nameOf(cells: readonly { readonly id: string; readonly lab: { readonly shape: string } }[]): string {
  return `${cells[0]?.lab.shape}, ${cells[0]?.id}`;
}
