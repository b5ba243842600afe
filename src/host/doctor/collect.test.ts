import { expect, test } from 'vitest';
import { fakeHost } from '../fakes.ts';
import { openJournal } from '../journal.ts';
import { collectFacts } from './collect.ts';
import { diagnose } from './diagnose.ts';
import { readFence } from './fence.ts';

test('facts are collected from this machine without a Docker engine too, and name what a dead run left', async () => {
  await using fake = await fakeHost();
  await fake.program(
    'docker',
    'echo "Cannot connect to the Docker daemon at unix:///x. Is the docker daemon running?" >&2; exit 1',
  );
  const journal = await openJournal(fake.host);
  await journal.record({ kind: 'container', name: 'of-a-living-run' });
  const facts = await collectFacts(fake.host);
  expect(facts.docker).toMatchObject({ state: 'unreachable' });
  expect(facts.leftovers).toEqual([]);
  expect(facts.disk.freeBytes).toBeGreaterThan(0);
  expect(facts.loopback).toEqual({ state: 'free' });
  expect(diagnose(facts).find(({ id }) => id === 'docker')?.state).toBe('error');
});

test('the fence is found by the first iptables that knows Docker’s chain, with the clusters it is around', async () => {
  await using fake = await fakeHost();
  await fake.program('iptables', 'echo "No chain/target/match by that name." >&2; exit 1');
  await fake.program(
    'iptables-nft',
    'echo "-A DOCKER-USER -i br-1 -m comment --comment hop-by-hop/hop-3n-1a2b -j DROP"',
  );
  const root = process.getuid?.() === 0 && process.platform === 'linux';
  const expected = root ? { state: 'possible', clusters: ['hop-3n-1a2b'] } : undefined;
  expect(await readFence(fake.host)).toEqual(expected);
});
