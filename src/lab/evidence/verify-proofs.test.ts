/** The verdict of a fault follows from the answers to its probe. */
import { expect, test } from 'vitest';
import { monday } from './sample.ts';
import { recordWhole, whole, wholeDefinition } from './sample-whole.ts';
import type { Evidence, FaultRecord } from './schema.ts';
import { sealed } from './seal.ts';
import { verifyEvidence } from './verify.ts';

const evidence = await recordWhole(monday);
const verify = (changed: Evidence) => verifyEvidence(sealed(changed), whole, wholeDefinition);
const refusal = evidence.faults[0]?.symptom ?? null;
const well = evidence.faults[0]?.baseline ?? null;

test.each<[string, Partial<FaultRecord>, string]>([
  [
    'nobody was answered before it',
    { baseline: refusal },
    'the probe was not answered before the fault was there',
  ],
  [
    'its symptom is another',
    { symptom: { exit: 28, status: 0, error: '' } },
    'the symptom did not show: expected',
  ],
  ['its symptom is none', { symptom: well }, 'the symptom did not show: expected'],
  ['nobody was answered after its undo', { repaired: refusal }, 'the probe was not answered after the undo'],
  ['what was recorded is no answer', { symptom: 'refused' }, 'symptom: is no answer of a probe'],
])('a fault does not pass when %s', async (_, change, message) => {
  const faults = evidence.faults.map((fault) => ({ ...fault, ...change }));
  const found = await verify({ ...evidence, faults });
  expect(found.map(({ where }) => where)).toEqual(['fault refused']);
  expect(found[0]?.message).toContain(message);
});
