import { describe, expect, it } from 'vitest';
import { readSections } from '../testdata/recorded.ts';
import { parseAddresses, parseLinks, parseNeighbours, parseRoutes } from './ip-json.ts';

const worker = (kind: string) =>
  readSections('iptables/nodeport-remote-pod/capture.txt').find(
    (each) => each.container === 'c1-worker' && each.netns === 'host' && each.kind === kind,
  )?.text ?? '';

describe('ip -j', () => {
  it('route: a pod of this node has a device, the pods of another node a gateway', () => {
    const { rows, unknown } = parseRoutes(worker('ip-route-json'));
    expect(unknown).toEqual([]);
    expect(rows.find(({ dst }) => dst === '10.244.1.2')).toMatchObject({
      dev: 'vethbab63204',
      scope: 'host',
    });
    expect(rows.find(({ dst }) => dst === '10.244.2.0/24')).toMatchObject({
      gateway: '172.18.0.3',
      dev: 'eth0',
    });
  });

  it('route get: the cache flag redirect is kept', () => {
    const { rows } = parseRoutes(
      '[{"dst":"10.244.1.2","from":"172.18.0.5","gateway":"172.18.0.2","dev":"eth0","flags":[],"uid":0,"cache":["redirect"],"iif":"eth0"}]',
    );
    expect(rows).toMatchObject([{ dst: '10.244.1.2', gateway: '172.18.0.2', cache: ['redirect'] }]);
  });

  it('link: a veth names the ifindex of its other end', () => {
    const { rows } = parseLinks(worker('ip-link-json'));
    expect(rows.find(({ ifname }) => ifname === 'vethbab63204')).toMatchObject({
      link_index: 2,
      link_netnsid: 1,
    });
  });

  it('neigh and addr', () => {
    expect(parseNeighbours(worker('ip-neigh-json')).rows[0]).toMatchObject({
      dst: '10.244.1.2',
      lladdr: '46:61:02:2b:73:3c',
    });
    const { rows } = parseAddresses(
      '[{"ifindex":2,"ifname":"eth0","addr_info":[{"family":"inet","local":"172.18.0.3","prefixlen":16}]}]',
    );
    expect(rows[0]?.addr_info[0]?.local).toBe('172.18.0.3');
  });

  it('keeps a row it does not know, and a text that is no JSON', () => {
    expect(parseRoutes('[{"dst":"default"},{"odd":1}]')).toMatchObject({
      rows: [{ dst: 'default' }],
      unknown: ['{"odd":1}'],
    });
    expect(parseRoutes('Object "x" is unknown')).toEqual({ rows: [], unknown: ['Object "x" is unknown'] });
    expect(parseRoutes('')).toEqual({ rows: [], unknown: [] });
  });
});
