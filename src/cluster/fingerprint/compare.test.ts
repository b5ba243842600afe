import { expect, test } from 'vitest';
import { objectLines } from './api.ts';
import { fingerprintDifferences } from './compare.ts';

test('a difference says where it is, and whether it came or went', () => {
  const before = { worker: { routes: ['a', 'a', 'b'], rules: ['x'] }, client: { routes: ['c'] } };
  const after = { worker: { routes: ['a', 'b', 'd'], rules: ['x'] }, client: { routes: ['c'] } };
  expect(fingerprintDifferences(before, after)).toEqual(['worker, routes: - a', 'worker, routes: + d']);
  expect(fingerprintDifferences(before, before)).toEqual([]);
});

test('a part that is new is a difference', () => {
  expect(
    fingerprintDifferences({ worker: {} }, { worker: { 'nftables rules': ['table inet left'] } }),
  ).toEqual(['worker, nftables rules: + table inet left']);
});

const objects = (spec: object, template: object = {}) =>
  objectLines(
    JSON.stringify({
      items: [{ kind: 'Deployment', metadata: { name: 'coredns' }, spec: { ...spec, template } }],
    }),
  );

test('an object is compared field by field; when it was restarted is no difference', () => {
  const restarted = { metadata: { annotations: { 'kubectl.kubernetes.io/restartedAt': '2026-11-26' } } };
  expect(objects({ replicas: 2 }, restarted)).toEqual(objects({ replicas: 2 }));
  expect(objects({ replicas: 0 })).toEqual(['Deployment/coredns spec.replicas: 0']);
});
