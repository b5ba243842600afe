/** Which evidence of a recording is written: of labs that passed in every cell that was to be recorded. */
import type { Evidence } from './schema.ts';

interface Withheld {
  readonly lab: string;
  /** Cells that passed, and are not written all the same: the pages of a lab speak of all its cells as one. */
  readonly passed: readonly string[];
  readonly others: readonly string[];
}

/**
 * @param cells that were to be recorded
 * @param made evidence of those that passed
 */
export function complete<Made extends Pick<Evidence, 'lab' | 'cell'>>(
  cells: readonly { readonly lab: { readonly id: string }; readonly id: string }[],
  made: readonly Made[],
): { readonly whole: readonly Made[]; readonly withheld: readonly Withheld[] } {
  const isMade = (lab: string, id: string) => made.some((one) => one.lab === lab && one.cell === id);
  const withheld = [...Map.groupBy(cells, ({ lab }) => lab.id)].flatMap(([lab, ofLab]) => {
    const { passed = [], others = [] } = Object.groupBy(ofLab, ({ id }) =>
      isMade(lab, id) ? 'passed' : 'others',
    );
    const ids = (some: typeof ofLab) => some.map(({ id }) => id);
    return others.length === 0 ? [] : [{ lab, passed: ids(passed), others: ids(others) }];
  });
  return { whole: made.filter((one) => withheld.every(({ lab }) => lab !== one.lab)), withheld };
}
