/** Facts of Kubernetes v1.37.0 pkg/proxy/topology_test.go (TestCategorizeEndpoints), in our words. */
import { describe, expect, it } from 'vitest';
import { categorize } from './categorize.ts';
import type { ServiceEndpoint } from './endpoints.ts';
import type { ServicePort } from './service-port.ts';

const here = 'here';

type Given = Partial<ServiceEndpoint> & { readonly local?: boolean };

/** Endpoints are numbered from 0; `local` puts one on this node. */
function endpoints(...given: Given[]): ServiceEndpoint[] {
  return given.map(({ local, ...facts }, index) => ({
    ip: `10.0.0.${index}`,
    port: 80,
    nodeName: local ? here : 'elsewhere',
    pod: undefined,
    ready: true,
    serving: facts.ready ?? true,
    terminating: false,
    zoneHints: [],
    nodeHints: [],
    ...facts,
  }));
}

const port: ServicePort = {
  title: 'shop/cart',
  namespace: 'shop',
  service: 'cart',
  portName: '',
  protocol: 'tcp',
  family: 'IPv4',
  clusterIP: '10.96.0.9',
  port: 80,
  nodePort: 0,
  externalIPs: [],
  loadBalancerIPs: [],
  sourceRanges: [],
  sticky: false,
  externalLocal: false,
  internalLocal: false,
};
const nodePort = { nodePort: 30080 };
const zone = (...zoneHints: string[]): Given => ({ zoneHints });
const node = (name: string, ...zoneHints: string[]): Given => ({ nodeHints: [name], zoneHints });
const unready: Given = { ready: false };
const terminating: Given = { ready: false, serving: true, terminating: true };

interface Case {
  readonly claim: string;
  readonly port?: Partial<ServicePort>;
  readonly zone?: string;
  readonly given: Given[];
  readonly cluster: number[];
  readonly local?: number[];
  readonly reachable?: number[];
  /** Left out: whether anything is reachable. */
  readonly any?: boolean;
}

const cases: Case[] = [
  { claim: 'without hints all ready endpoints are used', zone: 'a', given: [{}, {}], cluster: [0, 1] },
  {
    claim: 'with a hint on each, those for this zone',
    zone: 'a',
    given: [zone('a'), zone('b'), zone('c'), zone('a')],
    cluster: [0, 3],
  },
  {
    claim: 'a node without a zone ignores zone hints',
    given: [zone('a'), zone('b')],
    cluster: [0, 1],
  },
  {
    claim: 'hints for no endpoint of this zone are ignored',
    zone: 'z',
    given: [zone('a'), zone('b')],
    cluster: [0, 1],
  },
  {
    claim: 'one ready endpoint without a hint and hints count for nothing',
    zone: 'a',
    given: [zone('a'), zone('b'), {}],
    cluster: [0, 1, 2],
  },
  {
    claim: 'an unready endpoint is not used, and its missing hint does not matter',
    zone: 'a',
    given: [zone('a'), zone('b'), unready],
    cluster: [0],
  },
  {
    claim: 'only unready endpoints in this zone: the zone is not preferred',
    zone: 'a',
    given: [{ ...zone('a'), ...unready }, zone('b'), zone('c')],
    cluster: [1, 2],
  },
  {
    claim: 'an endpoint may be hinted for several zones',
    zone: 'c',
    given: [zone('a', 'b', 'c'), zone('b', 'c'), zone('b', 'd'), zone('c')],
    cluster: [0, 1, 3],
  },
  {
    claim: 'hints for this node come before hints for its zone',
    zone: 'a',
    given: [node(here, 'a'), node('n2', 'b'), node('n4', 'a')],
    cluster: [0],
  },
  {
    claim: 'no endpoint for this node: those for its zone',
    zone: 'a',
    given: [node('n1', 'a'), node('n2', 'b'), node('n4', 'a')],
    cluster: [0, 2],
  },
  {
    claim: 'node hints count only if every ready endpoint has one',
    zone: 'a',
    given: [node(here, 'a'), {}, node('n3', 'c')],
    cluster: [0, 1, 2],
  },
  {
    claim: 'external Local looks at place, not at hints; both lists are reachable',
    zone: 'a',
    port: { ...nodePort, externalLocal: true },
    given: [{ ...zone('a'), local: true }, { ...zone('b'), local: true }, zone('a'), zone('b')],
    cluster: [0, 2],
    local: [0, 1],
    reachable: [0, 1, 2],
  },
  {
    claim: 'internal Local without endpoints has none',
    port: { internalLocal: true },
    given: [],
    cluster: [],
  },
  {
    claim: 'internal Local with remote endpoints only: none here, but the Service has some',
    port: { internalLocal: true },
    given: [{}, {}],
    cluster: [],
    any: true,
  },
  {
    claim: 'internal Local uses those of this node',
    port: { internalLocal: true },
    given: [{ local: true }, {}],
    cluster: [],
    local: [0],
  },
  { claim: 'no ready endpoints: none', given: [unready, unready], cluster: [] },
  { claim: 'only ready ones are used', given: [unready, {}], cluster: [1] },
  {
    claim: 'all terminating: those that still serve are used',
    given: [{ ...terminating, local: true }, terminating],
    cluster: [0, 1],
  },
  {
    claim: 'terminating without serving is not used',
    given: [{ ready: false, serving: false, terminating: true }],
    cluster: [],
  },
  {
    claim: 'internal Local, external Cluster: both lists',
    port: { ...nodePort, internalLocal: true },
    given: [{ local: true }, {}],
    cluster: [0, 1],
    local: [0],
  },
  {
    claim: 'internal Cluster, external Local: both lists',
    port: { ...nodePort, externalLocal: true },
    given: [{ local: true }, {}],
    cluster: [0, 1],
    local: [0],
  },
  {
    claim: 'external Local with remote terminating endpoints only: nothing local, but not without endpoints',
    port: { ...nodePort, internalLocal: true, externalLocal: true },
    given: [terminating, terminating],
    cluster: [0, 1],
    any: true,
  },
  {
    claim: 'Local falls back to terminating endpoints of this node while Cluster has ready ones elsewhere',
    port: { ...nodePort, externalLocal: true },
    given: [{}, { ready: false, serving: false, local: true }, { ...terminating, local: true }, terminating],
    cluster: [0],
    local: [2],
    reachable: [0, 2],
  },
  {
    claim: 'external Local means nothing to a Service that is not reachable from outside',
    port: { externalLocal: true },
    given: [{}, { local: true }],
    cluster: [0, 1],
  },
];

describe('endpoints of a node', () => {
  it.each(cases)(
    '$claim',
    ({ port: facts, zone: ofNode = '', given, cluster, local = [], reachable, any }) => {
      const all = endpoints(...given);
      const found = categorize(all, { ...port, ...facts }, { name: here, zone: ofNode });
      const numbers = (list: readonly ServiceEndpoint[]) => list.map((one) => all.indexOf(one)).sort();
      const expected = reachable ?? [...new Set([...cluster, ...local])].sort();
      expect({
        cluster: numbers(found.cluster),
        local: numbers(found.local),
        reachable: numbers(found.reachable),
        any: found.hasAny,
      }).toEqual({ cluster, local, reachable: expected, any: any ?? expected.length > 0 });
    },
  );

  it('an endpoint without nodeName is local nowhere', () => {
    const all = endpoints({ nodeName: undefined });
    expect(categorize(all, { ...port, internalLocal: true }, { name: here, zone: '' }).local).toEqual([]);
  });
});
