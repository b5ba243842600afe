import { expect, test } from 'vitest';
import { monday, record, tuesday } from '../../lab/evidence/sample.ts';
import { variants } from './variants.ts';

const one = await record(monday);
const other = { ...(await record(tuesday)), cell: 'nftables' };
const nodeOf = (evidence: typeof one) => evidence.facts.nodes.worker?.ip ?? '';

test('the same text in both modes is shown once', () => {
  expect(
    variants([
      { cell: one, text: 'x' },
      { cell: other, text: 'x' },
    ]),
  ).toMatchObject({
    list: [{ text: 'x' }],
    difference: 'none',
  });
});

test('other addresses in the same places differ in names only', () => {
  const found = variants([
    { cell: one, text: `dst=${nodeOf(one)} sport=40001` },
    { cell: other, text: `dst=${nodeOf(other)} sport=51234` },
  ]);
  expect(found).toMatchObject({ difference: 'names' });
  expect(found.list).toHaveLength(2);
});

test('another answer is a difference of the modes', () => {
  expect(
    variants([
      { cell: one, text: 'answered' },
      { cell: other, text: 'refused' },
    ]).difference,
  ).toBe('content');
});

test('nothing recorded, nothing shown', () => {
  expect(variants([])).toEqual({ list: [], difference: 'none' });
});
