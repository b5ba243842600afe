/** Everything that <Ledger> draws of a probe, in each mode. */
import type { Evidence } from '../../lab/evidence/schema.ts';
import type { RecordedLab } from '../evidence/lab.ts';
import { type AddressRole, rolesOf } from '../highlight/roles.ts';
import { differences, type RowDifference, samePath } from './difference.ts';
import { findProbe } from './probe.ts';
import { type LedgerView, ledgerView, type ViewPlace } from './view.ts';

export interface LedgerModel {
  readonly cells: readonly LedgerCell[];
  /** In all modes the same hops, and the same field changed at each; undefined with one mode only. */
  readonly samePath: boolean | undefined;
}

export interface LedgerCell {
  readonly cell: Evidence;
  /** By which the page switches; a cell's own name has its pod network too. */
  readonly mode: string;
  readonly view: LedgerView;
  readonly roles: ReadonlyMap<string, AddressRole>;
  readonly differences: readonly RowDifference[];
}

export function ledgerModel(recorded: RecordedLab, probe: string): LedgerModel {
  const found = findProbe(recorded, probe);
  const seen = found.map((one) => ({ cell: one.cell, view: ledgerView(one) }));
  return {
    cells: seen.map((each) => ({
      ...each,
      mode: each.cell.on.proxyMode,
      roles: rolesOf(each.cell.facts),
      differences: differences(
        each,
        seen.filter((other) => other !== each),
      ),
    })),
    samePath: seen.length > 1 ? samePath(seen) : undefined,
  };
}

/** The colour of a place is that of its address, wherever that stands on the page. */
export function placeKind(
  { cell, roles }: Pick<LedgerCell, 'cell' | 'roles'>,
  place: ViewPlace,
): AddressRole['kind'] {
  if (place.role === 'client') return 'client';
  if (place.role === 'pod' || place.role === 'client-pod') return 'pod';
  return roles.get(cell.facts.nodes[place.name]?.ip ?? '')?.kind ?? 'other';
}
