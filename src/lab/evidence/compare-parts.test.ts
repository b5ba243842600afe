/** Each part of a fresh run that is other than in the committed evidence is a difference. */
import { expect, test } from 'vitest';
import { compareEvidence } from './compare.ts';
import { files, monday, tuesday } from './sample.ts';
import { recordWhole, whole } from './sample-whole.ts';
import type { Evidence, FaultRecord, StepRecord } from './schema.ts';

const committed = await recordWhole(monday);
const fresh = await recordWhole(tuesday);
const compare = (changed: Evidence) =>
  compareEvidence(changed, fresh, whole, files).map(({ kind, where }) => `${kind}, ${where}`);

const inStep = (id: string, change: (step: StepRecord) => StepRecord): Evidence => ({
  ...committed,
  steps: committed.steps.map((step) => (step.id === id ? change(step) : step)),
});
const inCommand = (id: string, change: object) =>
  inStep(id, (step) => ({ ...step, commands: step.commands.map((command) => ({ ...command, ...change })) }));
const inFault = (change: Partial<FaultRecord>): Evidence => ({
  ...committed,
  faults: committed.faults.map((fault) => ({ ...fault, ...change })),
});
const { way = [], 'fault-refused': refused = [], ...rest } = committed.traces;
const [request, reply] = way as [(typeof way)[0], (typeof way)[0]];
const withWay = (...traces: Evidence['traces'][string]): Evidence => ({
  ...committed,
  traces: { ...committed.traces, way: traces },
});

test('two runs with a change, a trace and a fault show the same', () => {
  expect(compare(committed)).toEqual([]);
});

test.each<[string, Evidence, string[]]>([
  ['of another cell', { ...committed, cell: 'nftables' }, ['facts, cell']],
  [
    'of which a trace is missing',
    { ...committed, traces: { way, ...rest } },
    ['output, trace fault-refused'],
  ],
  [
    'with a trace more',
    { ...committed, traces: { ...committed.traces, more: refused } },
    ['output, trace more'],
  ],
  ['whose request took another path', withWay({ ...request, path: 'other' }, reply), ['output, trace way']],
  ['whose request has a hop less', withWay({ ...request, hops: [] }, reply), ['output, trace way']],
  [
    'whose reply ended otherwise',
    withWay(request, { ...reply, end: { kind: 'dropped', text: '' } }),
    ['output, trace way'],
  ],
  ['without its reply', withWay(request), ['output, trace way']],
  ['without its fault', { ...committed, faults: [] }, ['extra, fault refused', 'output, faults']],
  ['whose fault failed', inFault({ verdict: 'failed' }), ['verdict, fault refused']],
  ['with another baseline', inFault({ baseline: { exit: 0, status: 204, error: '' } }), ['output, faults']],
  ['with another symptom', inFault({ symptom: { exit: 28, status: 0, error: '' } }), ['output, faults']],
  ['with another answer after the undo', inFault({ repaired: null }), ['output, faults']],
  ['whose change has no facts', inStep('scale', ({ facts: _, ...step }) => step), ['facts, step scale']],
  [
    'whose change made a pod less',
    inStep('scale', (step) => ({ ...step, facts: committed.facts })),
    ['facts, facts after step scale'],
  ],
  ['whose command was another', inCommand('pods', { shown: 'kubectl get services' }), ['command, step pods']],
  ['whose command said more', inCommand('pods', { err: 'Warning' }), ['output, step pods']],
  ['with a command less', inStep('pods', (step) => ({ ...step, commands: [] })), ['command, step pods']],
  ['whose trace ended otherwise', inCommand('way', { exit: 1 }), ['exit, step way']],
  [
    'with a gate less',
    { ...committed, gates: committed.gates.filter(({ id }) => id !== 'two') },
    ['output, gates'],
  ],
])('a recording %s', (_, changed, differences) => {
  expect(compare(changed)).toEqual(differences);
});
