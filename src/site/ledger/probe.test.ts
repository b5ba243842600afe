import { expect, test } from 'vitest';
import { lab as sample } from '../../lab/evidence/sample.ts';
import { labSchema } from '../../lab/schema/lab.ts';
import { findProbe, probesOf } from './probe.ts';
import { recordedProbe } from './testdata/recorded.ts';

const step = { kind: 'trace', id: 'trace-it', from: 'client', url: 'http://{{ nodes.worker.ip }}:30080/' };
const lab = { ...sample, steps: [...sample.steps, ...labSchema.shape.steps.parse([step])] };
const { cell, traces } = recordedProbe('iptables', 'nodeport-remote-pod');
const recorded = {
  lab,
  cells: [{ ...cell, traces: { 'trace-it': [...traces], 'trace-it-predicted': [...traces] } }],
};

test('a ledger shows trace steps and what was traced with a fault in place', () => {
  expect(probesOf(lab)).toEqual(['trace-it']);
});

test('a probe is found in each cell, with what was predicted', () => {
  expect(findProbe(recorded, 'trace-it')).toMatchObject([
    { cell: { cell: 'iptables' }, traces, predicted: traces },
  ]);
});

test('an unknown probe ends the build with one sentence', () => {
  expect(() => findProbe(recorded, 'trace-its')).toThrow(
    '03-nodeport has no trace "trace-its"; did you mean trace-it?',
  );
});

test('a probe that was not recorded does too', () => {
  expect(() => findProbe({ lab, cells: [cell] }, 'trace-it')).toThrow(
    '03-nodeport did not record the trace "trace-it" in iptables; run `npm run lab record 03-nodeport`',
  );
});

test('in a draft nothing is there yet', () => {
  expect(findProbe({ lab, cells: [] }, 'trace-it')).toEqual([]);
});
