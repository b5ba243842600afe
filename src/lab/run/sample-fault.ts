/** A fault by which a page is not found, for tests of how faults are put in place and proved. */
import type { Fault } from '../schema/fault.ts';

export const sampleFault = (changes: object): Fault =>
  ({
    id: 'not-found',
    symptom: {
      text: 'The page is not found.',
      probe: { from: 'client', url: 'http://172.31.77.2/', timeoutS: 2 },
      value: 'steps.symptom.value.status',
      expect: { equals: 404 },
    },
    ...changes,
  }) as unknown as Fault;
