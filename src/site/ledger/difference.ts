/** Where two modes differ on the same path: in the hops, or only in the rules that did the same thing. */
import type { Evidence } from '../../lab/evidence/schema.ts';
import { byRole } from '../model/variants.ts';
import type { LedgerView, ViewRow } from './view.ts';

export interface Recorded {
  readonly cell: Evidence;
  readonly view: LedgerView;
}

export interface RowDifference {
  /** Id of the row. */
  readonly id: string;
  readonly mode: string;
  /** What the other mode says at the same hop; undefined when it has no such hop. */
  readonly what: string | undefined;
}

/** For each row of `one`, what another mode says there; rows that say the same are left out. */
export function differences(one: Recorded, others: readonly Recorded[]): RowDifference[] {
  return others.flatMap((other) =>
    one.view.rows.flatMap((row): RowDifference[] => {
      const twin = other.view.rows.find(({ id }) => id === row.id);
      if (twin !== undefined && shape(one.cell, row) === shape(other.cell, twin)) return [];
      return [{ id: row.id, mode: other.view.mode, what: twin?.what }];
    }),
  );
}

/** Whether all modes lead the packet through the same hops and change it alike. A mark changes nothing of it. */
export function samePath(recorded: readonly Recorded[]): boolean {
  const paths = recorded.map(({ view }) =>
    view.rows
      .filter(({ action }) => action !== 'marked')
      .map(({ id }) => id)
      .join(),
  );
  return new Set(paths).size <= 1;
}

function shape(cell: Evidence, { source, destination, what }: ViewRow): string {
  return byRole({ cell, text: `${source} ${destination} ${what}` });
}
