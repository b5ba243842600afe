import { expect, test } from 'vitest';
import type { Kept } from '../../src/cluster/kept.ts';
import { afterFix } from './drill.ts';

const kept = { lab: '03-nodeport', fault: 'first-refusal', hintsShown: 2 } as unknown as Kept;

test('a fault that is repaired is forgotten, with its hints', () => {
  expect(afterFix(kept, { exit: 0, status: 200 })).toEqual({ lab: '03-nodeport', hintsShown: 0 });
});

test.each([
  ['nobody answers', { exit: 28 }],
  ['what answers is no HTTP', { exit: 0, status: 0 }],
])('while %s the fault stays known: fix can be tried again', (_, answer) => {
  expect(afterFix(kept, answer)).toEqual(kept);
});
