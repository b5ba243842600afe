import { describe, expect, test } from 'vitest';
import { compareEvidence } from './compare.ts';
import { formatDifferences } from './difference.ts';
import { edited, files, lab, monday, record, tuesday } from './sample.ts';
import type { Evidence } from './schema.ts';

const committed = await record(monday);
const fresh = await record(tuesday);
const compare = (changed: Evidence) => compareEvidence(changed, fresh, lab, files);
const kinds = (changed: Evidence) => compare(changed).map(({ kind, where }) => `${kind}, ${where}`);
const inStep = (id: string, from: string, to: string) => ({
  ...committed,
  steps: committed.steps.map((step) =>
    step.id === id
      ? (edited({ ...committed, steps: [step] }, (text) => text.replaceAll(from, to)).steps[0] ?? step)
      : step,
  ),
});

test('two runs with other addresses, names and ports show the same', () => {
  expect(compare(committed)).toEqual([]);
});

describe('a difference between committed evidence and a fresh run:', () => {
  test('an address that changed places with another', () => {
    const changed = inStep('pods', '10.244.4.2', '172.31.77.4');
    expect(
      formatDifferences('labs/03-nodeport/evidence/iptables.json', compare(changed)),
    ).toMatchInlineSnapshot(`
      "labs/03-nodeport/evidence/iptables.json, step pods: the recorded lines differ
        - <pod cart>  1/1  <worker2.ip>  <worker2>
        + <pod cart>  1/1  <pod cart.ip>  <worker2>"
    `);
  });

  test('a check that was deleted', () => {
    const checks = committed.checks.filter(({ id }) => id !== 'by-pod');
    expect(kinds({ ...committed, checks })).toEqual(['extra, check by-pod']);
  });

  test('another exit code, and another verdict', () => {
    const [first, ...others] = committed.checks;
    if (first === undefined) throw new Error('no checks');
    const changed = inStep('random', '"exit":0', '"exit":1');
    expect(kinds({ ...changed, checks: [{ ...first, verdict: 'failed' }, ...others] })).toEqual([
      'verdict, check answers',
      'exit, step random',
    ]);
  });

  test('another thing that a gate saw', () => {
    const gates = committed.gates.map((gate) => ({ ...gate, saw: '2' }));
    expect(kinds({ ...committed, gates })).toEqual(['output, gates']);
  });

  test('a step more, and a pod less', () => {
    const steps = committed.steps.filter(({ id }) => id !== 'again');
    const { facts } = committed;
    const pods = [...facts.pods, ...facts.pods];
    expect(kinds({ ...committed, steps, facts: { ...facts, pods } })).toEqual([
      'facts, facts',
      'extra, step again',
    ]);
  });

  test('is not what the step leaves to chance', () => {
    expect(compare(inStep('random', 'entries', 'other words'))).toEqual([]);
  });

  test('is not how long something took', () => {
    const took = (text: string) => inStep('pods', '1/1', `1/1 after ${text}`);
    expect(compareEvidence(took('0 ms'), took('7 ms'), lab, files)).toEqual([]);
    expect(compareEvidence(took('1 milliseconds'), took('2002 milliseconds'), lab, files)).toEqual([]);
  });

  test('is not how far kubectl found a rollout', () => {
    const progress = 'Waiting for daemon set "kube-proxy" rollout to finish: 1 out of 3 new pods...';
    const steps = committed.steps.map((step) => ({
      ...step,
      commands: step.commands.map((command) => ({ ...command, out: `${progress}\n${command.out}` })),
    }));
    expect(kinds({ ...committed, steps })).toEqual([]);
  });

  test('is a number of the lab, but no other number', () => {
    expect(compare(inStep('events', 'sport=40001', 'sport=1'))).not.toEqual([]);
    expect(compare(inStep('events', 'sport=40001', 'sport=40007'))).toEqual([]);
    expect(compare(inStep('events', 'dport=30080', 'dport=30081'))).not.toEqual([]);
  });
});
