import { expect, test } from 'vitest';
import type { CaptureProblem } from '../../src/trace/observe/capture.ts';
import { judgeTrace } from './judge.ts';

const equal = { verdict: 'equal' } as const;
const diverged = { verdict: 'diverged', divergence: { hop: 'x', sentence: 'it did not' } } as const;
const problem = (kind: CaptureProblem['kind']): CaptureProblem => ({
  kind,
  harm: 'incomplete',
  place: 'worker',
  text: `${kind} on worker`,
  lines: [],
});

test.each([
  ['as predicted', equal, [], 0],
  ['not as predicted', diverged, [], 1],
  ['as predicted, to where nobody answers', equal, [problem('missing-end')], 0],
  ['as predicted, of a capture with lost events', equal, [problem('lost-events')], 1],
] as const)('a trace %s', (_, comparison, problems, code) => {
  const said: string[] = [];
  expect(judgeTrace({ comparison, problems }, (text) => said.push(text))).toBe(code);
  const lost = problems.some(({ kind }) => kind === 'lost-events');
  expect(said).toEqual(lost ? [expect.stringContaining('lost-events on worker. Run it again.')] : []);
});
