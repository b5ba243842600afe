import { expect, test } from 'vitest';
import { didYouMean, editDistance, nearest } from './nearest.ts';

const labs = ['03-nodeport', '04-source-and-return', '07-ingress'];

test.each([
  ['03-nodport', ['03-nodeport']],
  ['03-NodePort', ['03-nodeport']],
  ['ingres', ['07-ingress']],
  ['source', ['04-source-and-return']],
  ['xyz', []],
])('a person who types %s may mean %j', (text, names) => {
  expect(nearest(text, labs)).toEqual(names);
});

test('the distance is how many letters differ', () => {
  expect(editDistance('kitten', 'sitting')).toBe(3);
  expect(editDistance('', 'abc')).toBe(3);
});

test('nothing near gives no question', () => {
  expect(didYouMean('xyz', labs)).toBe('');
  expect(didYouMean('nodeport', labs)).toBe('; did you mean 03-nodeport?');
});
