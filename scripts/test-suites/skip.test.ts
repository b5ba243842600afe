import { expect, test } from 'vitest';
import { whyItMustRun } from './skip.ts';

const nothing = { byName: false, all: false, ci: false };

test('a suite that nobody asked for may be left out where it can’t run', () => {
  expect(whyItMustRun(nothing)).toBeUndefined();
});

test.each([
  [{ byName: true }, 'it was asked for by name'],
  [{ all: true }, 'npm run test:all leaves nothing out'],
  [{ ci: true }, 'CI=true allows no skipped suite'],
])('with %j it must run', (asked, why) => {
  expect(whyItMustRun({ ...nothing, ...asked })).toBe(why);
});
