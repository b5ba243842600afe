import { expect, test } from 'vitest';
import { lab, monday, record } from '../../lab/evidence/sample.ts';
import { findCheck, findCommand, findStep, findValue, splitClaim } from './find.ts';

const cell = await record(monday);
const recorded = { lab, cells: [cell] };
const [ask] = findStep(recorded, 'ask');

test('a step is found in each cell that has it', () => {
  expect(ask?.step.kind).toBe('probe');
});

test.each([
  [
    'an unknown step',
    () => findStep(recorded, 'asked'),
    '03-nodeport has no step "asked"; did you mean ask?',
  ],
  [
    'an unknown cell',
    () => findStep(recorded, 'ask', 'ipvs'),
    '03-nodeport has no cell "ipvs"; it has iptables',
  ],
  [
    'an unknown check',
    () => findCheck(recorded, 'answer'),
    '03-nodeport has no check "answer"; did you mean answers?',
  ],
  [
    'a second command',
    () => ask && findCommand(ask, 2),
    'the step "ask" recorded 1 commands in iptables; there is no command 2',
  ],
  ['a claim without a check', () => splitClaim('03-nodeport'), '"03-nodeport" names no check'],
])('%s is an error that says so', (_, find, message) => {
  expect(find).toThrow(message);
});

test('a value is one thing out of the evidence', async () => {
  expect(await findValue(cell, "nodes.worker.ip & ':30080'")).toBe('172.31.77.3:30080');
  expect(await findValue(cell, 'steps.ask.value.status')).toBe('200');
});

test.each(['nodes.worker9.ip', 'nodes', 'steps.ask.value'])(
  '%s can’t stand in a text',
  async (expression) => {
    await expect(findValue(cell, expression)).rejects.toThrow('expected one value');
  },
);

test('in a draft nothing is there yet, but names are checked', () => {
  const draft = { lab, cells: [] };
  expect(findStep(draft, 'ask')).toEqual([]);
  expect(() => findStep(draft, 'asked')).toThrow('no step "asked"');
  expect(() => findCheck(draft, 'nothing')).toThrow('no check "nothing"');
});
