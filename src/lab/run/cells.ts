/** Which labs run in which cells, and which of them can share a cluster. */
import { shapes } from '../../../labs/common/shapes.ts';
import type { Shape } from '../../cluster/shape.ts';
import { UsageError } from '../../host/errors.ts';
import { cellsOfMatrix, type MatrixCell, networksOfMatrix } from '../schema/cell.ts';
import type { Lab } from '../schema/lab.ts';
import type { PodNetworkName, ProxyMode } from '../schema/names.ts';

export interface Cell extends MatrixCell {
  readonly lab: Lab;
}

/** Cells that run one after another in one cluster. */
export interface CellGroup {
  readonly shape: Shape;
  readonly proxyMode: ProxyMode;
  readonly podNetwork: PodNetworkName;
  readonly cells: readonly Cell[];
  /** Ids of the images that the labs of the group need. */
  readonly images: readonly string[];
}

/** A cluster with this lab in it was brought up for just these cells: it is run as it is there, and stays in it. */
export const isAtHome = (lab: string | undefined, cells: readonly Pick<Cell, 'lab'>[]): boolean =>
  cells.length === 1 && cells[0]?.lab.id === lab;

/** `first`: the one that stands first in the lab's matrix; `all`: every one. */
export interface CellChoice {
  readonly proxyMode: ProxyMode | 'first' | 'all';
  readonly podNetwork: PodNetworkName | 'first' | 'all';
}

/** The cells of the lab that are meant; none when it has no such. */
export function fittingCells(lab: Lab, { proxyMode, podNetwork }: CellChoice): readonly Cell[] {
  const network = podNetwork === 'first' ? networksOfMatrix(lab.matrix)[0] : podNetwork;
  const onNetwork = cellsOfMatrix(lab.matrix).filter(
    (cell) => network === 'all' || cell.podNetwork === network,
  );
  const chosen =
    proxyMode === 'first'
      ? onNetwork.filter((cell, index) => onNetwork.findIndex(sameNetwork(cell)) === index)
      : onNetwork.filter((cell) => proxyMode === 'all' || cell.proxyMode === proxyMode);
  return chosen.map((cell) => ({ lab, ...cell }));
}

/** @throws UsageError when the lab has no such cell. */
export function chooseCells(lab: Lab, choice: CellChoice): readonly Cell[] {
  const chosen = fittingCells(lab, choice);
  if (chosen.length > 0) return chosen;
  const { proxyMode, podNetwork } = choice;
  const ids = cellsOfMatrix(lab.matrix).map(({ id }) => id);
  const words = [
    ...(proxyMode === 'first' || proxyMode === 'all' ? [] : [`${proxyMode} mode`]),
    ...(podNetwork === 'first' || podNetwork === 'all' ? [] : [`the network ${podNetwork}`]),
  ];
  throw new UsageError(`lab ${lab.id} has no cell for ${words.join(' on ')}; it has ${ids.join(', ')}`);
}

const sameNetwork = (cell: MatrixCell) => (other: MatrixCell) => other.podNetwork === cell.podNetwork;

/**
 * Cells on kindnet with the same shape and mode share a cluster. On another network each lab has one of its own: it
 * finds nodes without a network, and makes it.
 */
export function groupCells(cells: readonly Cell[]): readonly CellGroup[] {
  const groups = Map.groupBy(cells, ({ lab, id, podNetwork }) =>
    [lab.shape, id, ...(podNetwork === 'kindnet' ? [] : [lab.id])].join(' '),
  );
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const { proxyMode, podNetwork } = first;
    const shape = shapeOf(first.lab);
    const images = [...new Set(group.flatMap(({ lab }) => lab.images))].sort();
    return [
      {
        shape: podNetwork === 'kindnet' ? shape : ({ ...shape, podNetwork: 'none' } as const),
        proxyMode,
        podNetwork,
        cells: group,
        images,
      },
    ];
  });
}

export function shapeOf(lab: Pick<Lab, 'id' | 'shape'>): Shape {
  const shape: Shape | undefined = Object.entries(shapes).find(([name]) => name === lab.shape)?.[1];
  if (shape !== undefined) return shape;
  throw new UsageError(`lab ${lab.id}: there is no shape "${lab.shape}" in labs/common/shapes.ts`);
}
