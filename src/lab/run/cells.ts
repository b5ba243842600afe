/** Which labs run in which cells, and which of them can share a cluster. */
import { shapes } from '../../../labs/common/shapes.ts';
import type { Shape } from '../../cluster/shape.ts';
import { UsageError } from '../../host/errors.ts';
import type { Lab } from '../schema/lab.ts';
import type { ProxyMode } from '../schema/names.ts';

export interface Cell {
  readonly lab: Lab;
  readonly proxyMode: ProxyMode;
}

/** Cells that run one after another in one cluster. */
export interface CellGroup {
  readonly shape: Shape;
  readonly proxyMode: ProxyMode;
  readonly cells: readonly Cell[];
  /** Ids of the images that the labs of the group need. */
  readonly images: readonly string[];
}

/** `first`: the first cell of the lab's matrix; `all`: every one. */
export type CellChoice = ProxyMode | 'first' | 'all';

/** @throws UsageError when the lab has no such cell. */
export function chooseCells(lab: Lab, choice: CellChoice): readonly Cell[] {
  const { proxyMode: modes } = lab.matrix;
  if (choice === 'all') return modes.map((proxyMode) => ({ lab, proxyMode }));
  if (choice === 'first') return modes.slice(0, 1).map((proxyMode) => ({ lab, proxyMode }));
  if (modes.includes(choice)) return [{ lab, proxyMode: choice }];
  throw new UsageError(`lab ${lab.id} has no cell for ${choice} mode; it has ${modes.join(', ')}`);
}

export function groupCells(cells: readonly Cell[]): readonly CellGroup[] {
  const groups = Map.groupBy(cells, ({ lab, proxyMode }) => `${lab.shape} ${proxyMode}`);
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const images = [...new Set(group.flatMap(({ lab }) => lab.images))].sort();
    return [{ shape: shapeOf(first.lab), proxyMode: first.proxyMode, cells: group, images }];
  });
}

export function shapeOf(lab: Pick<Lab, 'id' | 'shape'>): Shape {
  const shape: Shape | undefined = Object.entries(shapes).find(([name]) => name === lab.shape)?.[1];
  if (shape !== undefined) return shape;
  throw new UsageError(`lab ${lab.id}: there is no shape "${lab.shape}" in labs/common/shapes.ts`);
}
