/** What ran in how long: one row a lab and cell, and one a lab that ran in several. */
import type { CellName, LabEvent } from '../events.ts';
import type { Verdict } from '../evidence/schema.ts';

export interface TableRow {
  readonly at: CellName;
  readonly checks: Readonly<Record<Verdict, number>>;
  readonly faults: Readonly<Record<Verdict, number>>;
  readonly durationMs: number;
  readonly passed: boolean;
}

/** Rows from the events of a run; a cell that did not end has none. */
export function tableRows(events: readonly LabEvent[]): TableRow[] {
  const rows: TableRow[] = [];
  let checks = none();
  let faults = none();
  for (const event of events) {
    if (event.type === 'cell-start') {
      checks = none();
      faults = none();
    }
    if (event.type === 'check') checks[event.record.verdict] += 1;
    if (event.type === 'fault') faults[event.record.verdict] += 1;
    if (event.type === 'cell-end') {
      const { at, durationMs, exitCode } = event;
      rows.push({ at, checks, faults, durationMs, passed: exitCode === 0 });
    }
  }
  return rows;
}

const none = (): Record<Verdict, number> => ({ passed: 0, failed: 0, skipped: 0 });

/** Numbers are `passed/all`. */
export function formatTable(rows: readonly TableRow[]): string[] {
  const lines = [...Map.groupBy(rows, ({ at }) => at.lab).values()].flatMap((cells) => [
    ...cells.map((row) => line(row.at.lab, row.at.cell, [row])),
    ...(cells.length > 1 ? [line(cells[0]?.at.lab ?? '', `${cells.length} cells`, cells)] : []),
  ]);
  const all = [['', 'lab', 'cell', 'checks', 'faults', 'seconds'], ...lines];
  const widths = all[0]?.map((_, column) => Math.max(...all.map((cells) => cells[column]?.length ?? 0)));
  return all.map((cells) =>
    cells
      .map((text, column) => {
        const width = widths?.[column] ?? 0;
        return column < 3 ? text.padEnd(width) : text.padStart(width);
      })
      .join('  ')
      .trimEnd(),
  );
}

function line(lab: string, cell: string, rows: readonly TableRow[]): string[] {
  const share = (what: 'checks' | 'faults') => {
    const of = (verdict: Verdict) => rows.reduce((sum, row) => sum + row[what][verdict], 0);
    return `${of('passed')}/${of('passed') + of('failed') + of('skipped')}`;
  };
  const seconds = rows.reduce((sum, { durationMs }) => sum + durationMs, 0) / 1000;
  const mark = rows.every(({ passed }) => passed) ? '✓' : '✗';
  return [mark, lab, cell, share('checks'), share('faults'), seconds.toFixed(1)];
}
