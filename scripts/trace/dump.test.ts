import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UsageError } from '../../src/host/errors.ts';
import { syntheticDump } from '../../src/trace/predict/synthetic.ts';
import { withDump } from './dump.ts';

describe('a dump of the cluster in files', () => {
  let folder = '';
  const file = (name: string) => join(folder, name);

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hop-dump-'));
    const { services, endpointSlices, nodes, pods } = syntheticDump({ services: 4, endpoints: 8, nodes: 2 });
    await Promise.all(
      Object.entries({ services, endpointSlices, nodes, pods }).map(([name, texts]) =>
        writeFile(file(`${name}.json`), [...texts].join('')),
      ),
    );
    const config = 'mode: nftables\nclusterCIDR: 10.64.0.0/10\n';
    await writeFile(file('config.yaml'), config);
    const configMap = { kind: 'ConfigMap', apiVersion: 'v1', data: { 'config.conf': config } };
    await writeFile(file('configmap.json'), JSON.stringify(configMap));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const lists = () => ['services', 'endpointSlices', 'nodes', 'pods'].map((name) => file(`${name}.json`));

  it('answers for the Services, slices, nodes and pods in them', async () => {
    const seen = await withDump({ lists: lists(), kubeProxy: undefined }, (state) => ({
      nodes: state.nodes().length,
      slices: state.slicesOf('team-0', 'app-0').length,
      mode: state.kubeProxy.mode,
    }));
    expect(seen).toEqual({ nodes: 2, slices: 1, mode: 'iptables' });
  });

  it.each(['config.yaml', 'configmap.json'])('takes kube-proxy’s settings from %s', async (name) => {
    const { kubeProxy, podNetwork } = await withDump(
      { lists: lists(), kubeProxy: file(name) },
      (state) => state,
    );
    expect([kubeProxy.mode, kubeProxy.clusterCIDRs]).toEqual(['nftables', ['10.64.0.0/10']]);
    expect(podNetwork.podSubnets).toEqual(['10.64.0.0/10']);
  });

  it('says in one sentence what can’t be read', async () => {
    const read = (name: string) => withDump({ lists: [file(name)], kubeProxy: undefined }, () => 'read');
    await expect(read('nowhere.json')).rejects.toThrow(
      new UsageError(`${file('nowhere.json')} can't be read: ENOENT`),
    );
    await expect(read('')).rejects.toThrow(/is a folder; name the files in it/);
    await writeFile(file('broken.json'), '{ "kind": "List", ');
    await expect(read('broken.json')).rejects.toThrow(/is not JSON/);
  });
});
