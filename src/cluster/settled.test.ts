import { expect, test } from 'vitest';
import type { Exec } from '../host/exec.ts';
import type { Host } from '../host/host.ts';
import { sampleCluster } from './sample.ts';
import { awaitSettled } from './settled.ts';

const slice = (...addresses: string[]) =>
  JSON.stringify({
    items: [{ ports: [{ port: 53 }], endpoints: addresses.map((one) => ({ addresses: [one] })) }],
  });

/** A cluster that at each look has the next of these endpoints, and these addresses in the rules of its nodes. */
async function looksUntilSettled(...looks: { endpoints: string[]; rules: string }[]): Promise<number> {
  let looked = 0;
  const exec: Exec = async (argv) => {
    const asksForEndpoints = argv.includes('endpointslices');
    if (asksForEndpoints) looked++;
    const now = looks[looked - 1];
    const stdout = asksForEndpoints ? slice(...(now?.endpoints ?? [])) : (now?.rules ?? '');
    return { argv, exitCode: 0, stdout, stderr: '', durationMs: 0 };
  };
  const { signal } = new AbortController();
  await awaitSettled({ exec, signal } as unknown as Host, sampleCluster);
  return looked;
}

const both = ['10.244.0.2', '10.244.0.3'];
const rules = both.map((ip) => `-A KUBE-SEP-X -s ${ip}/32 -j DNAT`).join('\n');

test('a cluster has come to rest when every node has a rule for each pod of CoreDNS', async () => {
  expect(await looksUntilSettled({ endpoints: both, rules })).toBe(1);
  const half = rules.split('\n')[0] ?? '';
  expect(await looksUntilSettled({ endpoints: both, rules: half }, { endpoints: both, rules })).toBe(2);
});

test('and not before a pod is listed, whatever the nodes have', async () => {
  expect(await looksUntilSettled({ endpoints: [], rules }, { endpoints: both, rules })).toBe(2);
});
