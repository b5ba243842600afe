import { expect, it } from 'vitest';
import { endpoint, node, pod, service, slice } from '../testdata/objects.ts';
import { type Dump, inMemory } from './json-bytes.ts';
import { segmentsOf } from './segments.ts';

const services = Array.from({ length: 40 }, (_, n) => service(`s${n}`, { clusterIP: '10.96.0.9' }));
const slices = Array.from({ length: 40 }, (_, n) => slice(`s${n}`, [endpoint('10.244.1.2', { pod: 'p0' })]));
const nodes = [node('worker', ['172.18.0.2'], ['10.244.1.0/24'])];
const pods = Array.from({ length: 300 }, (_, n) => pod(`p${n}`, '10.244.1.2', 'worker'));

const dumpOf = (items: object[], indent?: number): Dump =>
  inMemory(
    new TextEncoder().encode(
      JSON.stringify({ apiVersion: 'v1', items, kind: 'List', metadata: {} }, undefined, indent),
    ),
  );
const found = (dump: Dump) =>
  segmentsOf(dump).map(({ kind, start, end }) => {
    const text = new TextDecoder().decode(dump.read(start, end - start));
    return [kind, (JSON.parse(`[${text}]`) as object[]).length];
  });

it.each([undefined, 4])('finds where each kind begins and ends, indented by %s', (indent) => {
  expect(found(dumpOf([...services, ...slices, ...nodes, ...pods], indent))).toEqual([
    ['Service', 40],
    ['EndpointSlice', 40],
    ['Node', 1],
    ['Pod', 300],
  ]);
});

it('one kind is one segment', () => {
  expect(found(dumpOf(pods))).toEqual([['Pod', 300]]);
});

it('a list that goes back to a kind has it twice', () => {
  expect(found(dumpOf([...pods.slice(0, 100), ...services, ...pods.slice(100)]))).toEqual([
    ['Pod', 100],
    ['Service', 40],
    ['Pod', 200],
  ]);
});

it('an empty list has none', () => {
  expect(segmentsOf(dumpOf([]))).toEqual([]);
});

it('a typed list is one segment, whatever its items say', () => {
  const list = inMemory(
    new TextEncoder().encode(JSON.stringify({ kind: 'PodList', apiVersion: 'v1', items: pods })),
  );
  expect(segmentsOf(list)).toEqual([{ kind: 'Pod', start: 0, end: list.size, isList: true }]);
});

it('reads a file in parts into the same memory', () => {
  const whole = dumpOf([...services, ...slices, ...nodes, ...pods], 4);
  const memory = new Uint8Array(8 * 1024 * 1024);
  const file: Dump = {
    size: whole.size,
    read: (offset, length) => {
      const part = whole.read(offset, length);
      memory.fill(0);
      memory.set(part);
      return memory.subarray(0, part.length);
    },
  };
  expect(segmentsOf(file)).toEqual(segmentsOf(whole));
});
