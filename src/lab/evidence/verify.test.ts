import { describe, expect, test } from 'vitest';
import { definitionHash } from '../definition.ts';
import { definition, edited, files, lab, monday, record } from './sample.ts';
import type { Evidence } from './schema.ts';
import { sealOf } from './seal.ts';
import { verifyEvidence } from './verify.ts';

const evidence = await record(monday);
const verify = (changed: Evidence) => verifyEvidence(changed, lab, definition);
const kinds = async (changed: Evidence) =>
  (await verify(changed)).map(({ kind, where }) => `${kind}, ${where}`);

/** Swaps two words everywhere in a text. */
const swap = (a: string, b: string) => (text: string) =>
  text.replaceAll(a, '\u0001').replaceAll(b, a).replaceAll('\u0001', b);

test('evidence that nobody touched holds', async () => {
  expect(evidence.checks.map(({ verdict }) => verdict)).toEqual(['passed', 'passed', 'passed']);
  expect(await verify(evidence)).toEqual([]);
});

describe('evidence matters:', () => {
  test('two addresses that changed places in the facts contradict the commands', async () => {
    const facts = edited({ ...evidence, steps: [] }, swap('"172.31.77.3"', '"172.31.77.4"')).facts;
    expect(await kinds({ ...evidence, facts })).toEqual(['command, step ask', 'command, step again']);
  });

  test('two addresses that changed places in an output contradict its value', async () => {
    const steps = evidence.steps.map((step) =>
      step.id === 'events'
        ? {
            ...step,
            commands:
              edited({ ...evidence, steps: [step] }, swap('172.31.77.9', '172.31.77.4')).steps[0]?.commands ??
              [],
          }
        : step,
    );
    expect(await kinds({ ...evidence, steps })).toEqual(['output, step events']);
  });

  test('two addresses that changed places everywhere contradict nothing, and break the seal', async () => {
    const changed = edited(evidence, swap('172.31.77.3', '172.31.77.4'));
    expect(await kinds(changed)).toEqual(['edited, seal']);
    expect(await kinds({ ...changed, seal: sealOf(changed) })).toEqual([]);
  });

  test('a pod that changed places with its node is outside of the node’s range', async () => {
    const changed = edited(evidence, (text) => text.replace('"node":"worker2"', '"node":"worker"'));
    expect(await kinds(changed)).toEqual(['facts, facts']);
    const [difference] = await verify(changed);
    expect(difference?.message).toMatch(
      /^pod cart-\S+ has 10\.244\.4\.2, which is not in the range 10\.244\.3\.0\/24/,
    );
  });

  test('a check that was deleted is missing', async () => {
    const checks = evidence.checks.filter(({ id }) => id !== 'by-pod');
    expect(await kinds({ ...evidence, checks })).toEqual(['missing, check by-pod']);
  });

  test('a lab that has changed makes it stale, and that is all', async () => {
    const changed = definitionHash({ ...lab, title: 'Another' }, files);
    const differences = await verifyEvidence({ ...evidence, checks: [] }, lab, changed);
    expect(differences).toMatchObject([
      { kind: 'stale', message: expect.stringContaining('npm run lab record 03-nodeport') },
    ]);
  });

  test('a verdict that was improved by hand does not follow', async () => {
    const changed = edited(evidence, (text) =>
      text.replaceAll('\\n200 ', '\\n503 ').replaceAll('"status":200', '"status":503'),
    );
    const differences = await verify(changed);
    expect(differences.map(({ kind, where }) => `${kind}, ${where}`)).toEqual(['verdict, check answers']);
    expect(differences[0]?.message).toMatchInlineSnapshot(`
      "the verdict does not follow from the recorded steps
      recorded:  passed, expected 200, saw 200
      following: failed, expected 200, saw 503"
    `);
  });

  test('a failure that was recorded stays one', async () => {
    const [first, ...others] = evidence.checks;
    if (first === undefined) throw new Error('no checks');
    const failed = { ...first, verdict: 'failed' as const, saw: 503 };
    expect(await kinds({ ...evidence, checks: [failed, ...others] })).toEqual([
      'failed, check answers',
      'verdict, check answers',
    ]);
  });

  test('an address that two things have is named', async () => {
    const changed = edited(evidence, (text) => text.replace('"ip":"172.31.77.9"', '"ip":"172.31.77.3"'));
    const [difference] = await verify(changed);
    expect(difference?.message).toBe('the client and node worker have the same address 172.31.77.3');
  });
});
