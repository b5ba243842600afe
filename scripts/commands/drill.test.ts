import { expect, test } from 'vitest';
import type { Kept } from '../../src/cluster/kept.ts';
import { afterFix } from './drill.ts';

const kept = { lab: '03-nodeport', fault: 'first-refusal', hintsShown: 2 } as unknown as Kept;

test('a fault that is repaired is forgotten, with its hints', () => {
  expect(afterFix(kept, true)).toEqual({ lab: '03-nodeport', hintsShown: 0 });
});

test('while it is not, the fault stays known: fix can be tried again', () => {
  expect(afterFix(kept, false)).toEqual(kept);
});
