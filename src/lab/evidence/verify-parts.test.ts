/** Each part of a recording, improved by hand and sealed again, contradicts the lab or another part. */
import { expect, test } from 'vitest';
import { monday } from './sample.ts';
import { recordWhole, whole, wholeDefinition } from './sample-whole.ts';
import type { Evidence, StepRecord } from './schema.ts';
import { sealed } from './seal.ts';
import { verifyEvidence } from './verify.ts';

const evidence = await recordWhole(monday);
const verify = (changed: Evidence) => verifyEvidence(sealed(changed), whole, wholeDefinition);

const inStep = (id: string, change: (step: StepRecord) => StepRecord): Evidence => ({
  ...evidence,
  steps: evidence.steps.map((step) => (step.id === id ? change(step) : step)),
});
const withExit = (id: string, exit: number) =>
  inStep(id, (step) => ({ ...step, commands: step.commands.map((command) => ({ ...command, exit })) }));
const without = (part: 'steps' | 'gates' | 'checks' | 'faults', id: string): Evidence => ({
  ...evidence,
  [part]: evidence[part].filter((one) => one.id !== id),
});
const twice = (part: 'steps' | 'gates' | 'checks' | 'faults', id: string): Evidence => ({
  ...evidence,
  [part]: [...evidence[part], ...evidence[part].filter((one) => one.id === id)],
});
const failed = (part: 'gates' | 'faults', id: string): Evidence => ({
  ...evidence,
  [part]: evidence[part].map((one) => (one.id === id ? { ...one, verdict: 'failed' } : one)),
});
const withTraces = (change: Partial<Evidence['traces']>): Evidence => ({
  ...evidence,
  traces: Object.fromEntries(
    Object.entries({ ...evidence.traces, ...change }).flatMap(([id, traces]) =>
      traces === undefined ? [] : [[id, traces]],
    ),
  ),
});
const inCheck = (id: string, change: object): Evidence => ({
  ...evidence,
  checks: evidence.checks.map((check) => (check.id === id ? { ...check, ...change } : check)),
});
const { worker, ...others } = evidence.facts.nodes;

test('a recording with a change, a trace and a fault holds', async () => {
  expect(await verify(evidence)).toEqual([]);
});

test.each<[string, Evidence, string[]]>([
  ['a step is missing', without('steps', 'random'), ['missing, step random']],
  ['a step is there twice', twice('steps', 'random'), ['extra, step random']],
  ['a check is there twice', twice('checks', 'answers'), ['extra, check answers']],
  ['a fault is missing', without('faults', 'refused'), ['missing, fault refused']],
  ['a fault is there twice', twice('faults', 'refused'), ['extra, fault refused']],
  ['a gate of the readiness is missing', without('gates', 'ready'), ['missing, gate ready']],
  ['a gate of a change is missing', without('gates', 'two'), ['missing, gate two']],
  ['a gate of a fault is missing', without('gates', 'none'), ['missing, gate none']],
  ['a gate of a repair is missing', without('gates', 'again'), ['missing, gate again']],
  ['a gate is there twice', twice('gates', 'two'), ['extra, gate two']],
  ['a gate failed', failed('gates', 'two'), ['failed, gate two']],
  ['a fault failed', failed('faults', 'refused'), ['failed, fault refused']],
  [
    'the trace of a fault is missing',
    withTraces({ 'fault-refused': undefined }),
    ['missing, trace fault-refused'],
  ],
  ['the trace of a fault is empty', withTraces({ 'fault-refused': [] }), ['missing, trace fault-refused']],
  [
    'a prediction is missing',
    withTraces({ 'way-predicted': undefined }),
    ['missing, trace way-predicted', 'exit, step way', 'output, step way'],
  ],
  ['a trace is nobody’s', withTraces({ other: evidence.traces.way }), ['extra, trace other']],
  ['a command ended as none may', withExit('random', 3), ['exit, step random']],
  ['a change failed', withExit('scale', 1), ['exit, step scale']],
  ['a trace that is as predicted ended as one that is not', withExit('way', 1), ['exit, step way']],
  ['a capture failed', withExit('events', 1), ['exit, step events']],
  [
    'a step is of another kind',
    inStep('random', (step) => ({ ...step, kind: 'say' })),
    ['command, step random'],
  ],
  [
    'a step is outside of its capture',
    inStep('again', ({ within: _, ...step }) => step),
    ['command, step again'],
  ],
  ['a change has no facts', inStep('scale', ({ facts: _, ...step }) => step), ['facts, step scale']],
  [
    'facts follow a step that changes nothing',
    inStep('random', (step) => ({ ...step, facts: evidence.facts })),
    ['facts, step random'],
  ],
  [
    'facts after a change contradict themselves',
    inStep('scale', (step) => ({
      ...step,
      facts: { ...evidence.facts, pods: evidence.facts.pods.map((pod) => ({ ...pod, node: 'worker' })) },
    })),
    ['facts, facts after step scale'],
  ],
  [
    'a change has another client',
    inStep('scale', (step) => ({
      ...step,
      facts: { ...evidence.facts, client: { name: 'another', ip: evidence.facts.client.ip } },
    })),
    ['facts, facts after step scale'],
  ],
  [
    'a change has other nodes',
    inStep('scale', (step) => ({
      ...step,
      facts: {
        ...evidence.facts,
        nodes: { ...others, worker: { ...worker, name: 'x', ip: worker?.ip ?? '' } },
      },
    })),
    ['facts, facts after step scale'],
  ],
  ['a check is of another step', inCheck('answers', { step: 'again' }), ['verdict, check answers']],
  [
    'a check claims something else',
    inCheck('answers', { claim: 'all nodes answer' }),
    ['verdict, check answers'],
  ],
  ['a check holds elsewhere', inCheck('answers', { scope: 'since v1.30' }), ['verdict, check answers']],
])('%s', async (_, changed, differences) => {
  const found = await verify(changed);
  expect(found.map(({ kind, where }) => `${kind}, ${where}`)).toEqual(differences);
});
