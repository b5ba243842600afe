import { expect, test } from 'vitest';
import { answered, type FaultAnswer, whyUnproved } from './fault-proof.ts';

const fault = {
  symptom: {
    text: 'the client is told that it is not found',
    probe: { from: 'client', url: 'http://x/', timeoutS: 3 },
    value: 'steps.symptom.value.status',
    expect: { equals: 404 },
  },
} as const;
const answer = (status: number, error = ''): FaultAnswer => ({ exit: status === 0 ? 7 : 0, status, error });
const shows = ({ status }: FaultAnswer) =>
  ({ verdict: status === 404 ? 'passed' : 'failed', expected: '404', saw: status }) as const;
const why = (baseline: FaultAnswer, symptom: FaultAnswer, repaired: FaultAnswer) =>
  whyUnproved(fault, { baseline, symptom, repaired }, { symptom: shows(symptom), repaired: shows(repaired) });

test('a fault whose symptom comes and goes is proved', () => {
  expect(why(answer(200), answer(404), answer(200))).toBeUndefined();
});

test.each([
  [[0, 404, 200], 'the probe was not answered before the fault was there'],
  [[200, 200, 200], 'the symptom did not show: expected steps.symptom.value.status to be 404, saw 200'],
  [[404, 404, 200], 'the symptom is the same as the baseline'],
  [[200, 404, 0], 'the probe was not answered after the undo'],
  [[200, 404, 404], 'the symptom still showed after the undo'],
])('HTTP %j proves none: %s', ([baseline = 0, symptom = 0, repaired = 0], reason) => {
  expect(why(answer(baseline), answer(symptom), answer(repaired))).toBe(reason);
});

test('an answer is one whatever its status, and none without it', () => {
  expect([answer(404), answer(0), { exit: 28, status: 200 }, { exit: 0 }].map(answered)).toEqual([
    true,
    false,
    false,
    false,
  ]);
});
