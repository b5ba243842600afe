import { expect, test } from 'vitest';
import { orphanedFences } from './gc.ts';

test('gc takes down a fence around nothing, and leaves those of clusters that are there, whoever made them', () => {
  const fenced = ['hop-3n-gone', 'hop-3n-gone', 'hop-3n-ours', 'hop-3n-theirs'];
  expect(orphanedFences(fenced, ['hop-3n-ours'], ['bridge', 'hop-3n-theirs'])).toEqual(['hop-3n-gone']);
});
