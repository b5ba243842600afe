/** Every scenario of the matrix, on a real dual-stack cluster in each proxy mode: observed as predicted. */
import { expect, test } from 'vitest';
import { createHosts } from '../../scripts/hosts.ts';
import { cells } from './matrix/cells.ts';
import { type CellResult, formatResult, formatTotal, modes, runMatrix } from './matrix/run.ts';

const hosts = createHosts({ env: process.env, notify: () => undefined });
const all: CellResult[] = [];

test.each(modes)(
  '%s mode: each request takes a predicted way, and every hop of it is observed',
  async (mode) => {
    const results = await runMatrix(hosts, mode, (result) => console.log(formatResult(result)));
    all.push(...results);
    expect(results.filter(({ problem }) => problem !== '').map(formatResult)).toEqual([]);
    expect(results).toHaveLength(cells.length);
  },
);

test('the matrix has at least 60 cells, and 6 of them over IPv6', () => {
  console.log(formatTotal(all));
  expect(all.length).toBeGreaterThanOrEqual(60);
  expect(all.filter(({ cell }) => cell.family === 'IPv6').length).toBeGreaterThanOrEqual(6);
});
