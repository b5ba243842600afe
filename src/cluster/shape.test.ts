import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { kindConfig, nodeRoles, withQuickStart } from './shape.ts';

const shape = { id: '3n', workers: 2, ipFamily: 'ipv4', podNetwork: 'kindnet' } as const;
const noPatches = { kubeadmConfigPatches: [], containerdConfigPatches: [] };

test('roles are what kind calls the nodes', () => {
  expect(nodeRoles({ workers: 0 })).toEqual(['control-plane']);
  expect(nodeRoles(shape)).toEqual(['control-plane', 'worker', 'worker2']);
});

test('the API server binds to loopback, and every node carries its role', () => {
  const config = parse(kindConfig(shape, 'nftables', noPatches));
  expect(config.networking).toMatchObject({
    apiServerAddress: '127.0.0.1',
    kubeProxyMode: 'nftables',
    disableDefaultCNI: false,
  });
  expect(config.nodes).toEqual([
    { role: 'control-plane', labels: { 'hop-by-hop/role': 'control-plane' } },
    { role: 'worker', labels: { 'hop-by-hop/role': 'worker' } },
    { role: 'worker', labels: { 'hop-by-hop/role': 'worker2' } },
  ]);
});

test('a shape without a pod network leaves kind’s own out, and the machine’s patches go in', () => {
  const patches = { kubeadmConfigPatches: ['a: 1'], containerdConfigPatches: ['b = 2'] };
  const config = parse(kindConfig({ ...shape, podNetwork: 'none' }, 'iptables', patches));
  expect(config.networking.disableDefaultCNI).toBe(true);
  expect(config).toMatchObject(patches);
});

test('the controllers keep what kind gives them', () => {
  const config = parse(kindConfig(shape, 'iptables', withQuickStart(noPatches)));
  const [{ patch, kind }] = config.kubeadmConfigPatchesJSON6902;
  expect(kind).toBe('ClusterConfiguration');
  const controllers = parse(patch).filter(({ path }: { path: string }) =>
    path.startsWith('/controllerManager'),
  );
  expect(new Set(controllers.map(({ op, path }: { op: string; path: string }) => `${op} ${path}`))).toEqual(
    new Set(['add /controllerManager/extraArgs/-']),
  );
});
