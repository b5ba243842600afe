import { join } from 'node:path';
import { expect, test } from 'vitest';
import { cellNamed } from '../cell-steps.ts';
import { loadLab } from '../load.ts';
import { readEvidence } from './read.ts';
import { withoutFaults } from './without-faults.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const lab = await loadLab(root, '03-nodeport');
const cell = cellNamed(lab, 'iptables');
if (cell === undefined) throw new Error('no cell');
const evidence = await readEvidence(root, lab.id, cell.id);
const ids = lab.faults.map(({ id }) => id);

test('with all faults, a recording is what it is', () => {
  expect(withoutFaults(evidence, lab, cell, ids)).toEqual(evidence);
});

test('without any, it has the gates of the readiness and the steps, and the traces of the steps', () => {
  const none = withoutFaults(evidence, lab, cell, []);
  expect(none.faults).toEqual([]);
  expect(Object.keys(none.traces).filter((id) => id.startsWith('fault-'))).toEqual([]);
  expect(none.gates.slice(0, lab.readiness.length).map(({ id }) => id)).toEqual(
    lab.readiness.map(({ id }) => id),
  );
  expect(none.steps).toBe(evidence.steps);
});

test('with one, it has the gates of this one only', () => {
  const none = withoutFaults(evidence, lab, cell, []);
  for (const fault of lab.faults) {
    const one = withoutFaults(evidence, lab, cell, [fault.id]);
    expect(one.faults.map(({ id }) => id)).toEqual([fault.id]);
    expect(one.gates.slice(none.gates.length).map(({ id }) => id)).toEqual(
      [...fault.until, ...fault.repaired].map(({ id }) => id),
    );
  }
});
