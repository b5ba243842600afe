import { expect, test } from 'vitest';
import { onNetwork, readRecordedLab } from '../evidence/lab.ts';
import { projectRoot } from '../evidence/project.ts';
import { claimsOf } from './claims.ts';
import { proof, symptomText } from './proof.ts';

const recorded = (id: string) => readRecordedLab(projectRoot(), id, 'published');

test('a claim that each mode has in its own words stands above what that mode saw', async () => {
  const lab = await recorded('03-nodeport');
  const told = proof(lab, '03-nodeport/rule-on-worker').claims.map(({ claim, scopes, seen }) => [
    claim.includes('element of a map') ? 'map' : 'rule',
    scopes,
    seen.flatMap(({ cells }) => cells.map(({ mode }) => mode)),
  ]);
  expect(told).toEqual([
    ['rule', ['kube-proxy:iptables'], ['iptables']],
    ['map', ['kube-proxy:nftables'], ['nftables']],
  ]);
});

test('what both modes saw stands there once', async () => {
  const told = proof(await recorded('03-nodeport'), '03-nodeport/every-node-answers');
  expect(told.claims.flatMap(({ seen }) => seen.map(({ cells }) => cells.map(({ mode }) => mode)))).toEqual([
    ['iptables', 'nftables'],
  ]);
});

test('the same words for both modes stand there once, with both scopes', async () => {
  const [only, ...more] = claimsOf(await recorded('02-service'), 'rules-lead-to-pods-on-worker');
  expect(more).toEqual([]);
  expect(only?.scopes).toEqual(['kube-proxy:iptables', 'kube-proxy:nftables']);
  expect(only?.recorded).toHaveLength(2);
});

test('on one pod network, the claim is the one that was recorded there', async () => {
  const lab = await recorded('05-cross-node');
  const claims = (network: string) =>
    proof(onNetwork(lab, network), '05-cross-node/full-packet').claims.map(({ claim }) => claim);
  expect(claims('flannel-vxlan')).toEqual([expect.stringContaining('1450 bytes')]);
  expect(claims('kindnet')).toEqual([expect.stringContaining('1500 bytes')]);
});

test('a claim that holds everywhere has no scope, and a draft says what it claims', async () => {
  const { lab } = await recorded('03-nodeport');
  expect(claimsOf({ lab, cells: [] }, 'every-node-answers')).toEqual([
    { claim: expect.any(String), scopes: [], recorded: [] },
  ]);
});

test('a drill says what curl said, or the status of a wrong answer', () => {
  expect(symptomText({ exit: 7, status: 0, error: 'curl: (7) refused' })).toBe('curl: (7) refused');
  expect(symptomText({ exit: 0, status: 404, error: '' })).toBe('HTTP 404');
});
