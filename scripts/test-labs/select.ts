/** Which cells and faults the cluster suite runs: all of them, or a part that is another one with each commit. */
import { faultsOfCell } from '../../src/lab/cell-steps.ts';
import { type Cell, chooseCells } from '../../src/lab/run/cells.ts';
import { networksOfMatrix } from '../../src/lab/schema/cell.ts';
import type { Fault } from '../../src/lab/schema/fault.ts';
import type { Lab } from '../../src/lab/schema/lab.ts';

export interface Selection {
  readonly cells: readonly Cell[];
  readonly faults: (cell: Cell) => readonly Fault[];
  /** What is tried once more on a cluster that stays: checks, every fault, and the checks again. */
  readonly repeated: readonly Cell[];
}

const every = { proxyMode: 'all', podNetwork: 'all' } as const;

/** Every cell with every fault. */
export function selectAll(labs: readonly Lab[]): Selection {
  const cells = labs.flatMap((lab) => chooseCells(lab, every));
  return { cells, faults: (cell) => faultsOfCell(cell.lab, cell), repeated: cells };
}

/** The first lab that the predictor and the tracer were made for, and the one that is about the modes themselves. */
const inEachMode = ['03-nodeport', '11-proxy-modes'];

/**
 * One mode a lab, one fault a cell, and one cell once more; of a lab on several pod networks, the first and one other. What is taken follows
 * from the commit, so that a failure comes again, and over some commits everything has its turn.
 *
 * @param seed a number that follows from the commit (`seedOf`).
 */
export function selectForCommit(labs: readonly Lab[], seed: number): Selection {
  return {
    cells: labs.flatMap((lab) => cellsForCommit(lab, seed)),
    faults: (cell) => pick(faultsOfCell(cell.lab, cell), Math.floor(seed / 64)),
    repeated: pick(selectAll(labs).cells, Math.floor(seed / 16)),
  };
}

function cellsForCommit(lab: Lab, seed: number): readonly Cell[] {
  const [first, ...others] = networksOfMatrix(lab.matrix);
  const on = (podNetwork: typeof first) =>
    podNetwork === undefined ? [] : chooseCells(lab, { proxyMode: 'all', podNetwork });
  const inside = on(first);
  return [
    ...(inEachMode.includes(lab.id) ? inside : pick(inside, seed)),
    ...pick(others, Math.floor(seed / 4)).flatMap((network) => pick(on(network), seed)),
  ];
}

const pick = <T>(list: readonly T[], number: number): readonly T[] =>
  list.length === 0 ? [] : list.slice(number % list.length, (number % list.length) + 1);

/** From a commit's hash; 0 where there is none. */
export const seedOf = (commit: string): number => Number.parseInt(commit.slice(0, 8), 16) || 0;

/** What a selection leaves out, one line a kind; nothing when it is everything. */
export function leftOut(labs: readonly Lab[], { cells, faults, repeated }: Selection): string[] {
  const all = selectAll(labs);
  const name = ({ lab, id }: Cell) => `${lab.id} ${id}`;
  const ran = cells.map(name);
  const cellsOut = all.cells.map(name).filter((one) => !ran.includes(one));
  const faultsOut = cells.flatMap((cell) => {
    const proved = faults(cell).map(({ id }) => id);
    const rest = all.faults(cell).filter(({ id }) => !proved.includes(id));
    return rest.length === 0 ? [] : [`${name(cell)} (${rest.map(({ id }) => id).join(', ')})`];
  });
  const again = repeated.map(name);
  const onceOnly = all.repeated.map(name).filter((one) => !again.includes(one));
  return [
    ...(cellsOut.length === 0 ? [] : [`left out, cells: ${cellsOut.join(', ')}`]),
    ...(faultsOut.length === 0 ? [] : [`left out, faults: ${faultsOut.join(', ')}`]),
    ...(onceOnly.length === 0 ? [] : [`left out, on a cluster that stays: ${onceOnly.join(', ')}`]),
    ...(cellsOut.length + faultsOut.length + onceOnly.length === 0
      ? []
      : ['npm run test:all leaves nothing out']),
  ];
}
