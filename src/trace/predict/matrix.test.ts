/** What holds for every prediction, whatever is asked from wherever. */
import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { Hop } from '../hop.ts';
import { type Direction, hopIds, hopsOfPassage, type Passage, pathName } from '../passage.ts';
import { type Trace, traceSchema } from '../trace.ts';
import { predict } from './predict.ts';
import { parseClient, parseTarget } from './probe.ts';
import { clientPod, onA, onB, pods } from './testdata/cart.ts';
import { cluster, endpoint, kindNodes, pod, service, slice } from './testdata/objects.ts';
import { outside } from './testdata/ways.ts';

const sixA = endpoint('fd00:10:244:1::2', { node: 'worker', pod: 'cart-a' });
const sixB = endpoint('fd00:10:244:2::2', { node: 'worker2', pod: 'cart-b' });
const host = endpoint('172.18.0.3', { node: 'worker2', pod: 'host' });

/** Services 1 to n: all policies and kinds of endpoints, each with ClusterIP, NodePort, load balancer and external IP. */
const variants: readonly { readonly spec: object; readonly endpoints: readonly object[] }[] = [
  { spec: {}, endpoints: [onA, onB] },
  { spec: {}, endpoints: [host] },
  { spec: {}, endpoints: [] },
  { spec: { externalTrafficPolicy: 'Local' }, endpoints: [onA] },
  { spec: { internalTrafficPolicy: 'Local', externalTrafficPolicy: 'Local' }, endpoints: [onB] },
  { spec: { sessionAffinity: 'ClientIP' }, endpoints: [onA, onB, host] },
  { spec: { loadBalancerSourceRanges: ['192.0.2.0/24'] }, endpoints: [onA] },
  { spec: {}, endpoints: [endpoint('172.18.0.77'), endpoint('10.244.2.77'), endpoint('172.18.0.9')] },
];

const objects = [
  ...kindNodes,
  ...pods,
  pod('host', ['172.18.0.3', 'fc00:f853::3'], 'worker2', { hostNetwork: true, ports: ['8080'] }),
  ...variants.flatMap(({ spec, endpoints }, n) => [
    service(
      `s${n}`,
      {
        type: 'LoadBalancer',
        clusterIP: `10.96.0.${n + 1}`,
        clusterIPs: [`10.96.0.${n + 1}`, `fd00:10:96::${n + 1}`],
        ipFamilies: ['IPv4', 'IPv6'],
        externalIPs: [`192.0.2.${n + 1}`],
        ports: ['TCP', 'UDP'].map((protocol) => ({
          name: protocol.toLowerCase(),
          port: 80,
          nodePort: 30080 + n,
          protocol,
        })),
        ...spec,
      },
      {
        status: {
          loadBalancer: { ingress: [{ ip: `172.18.200.${n + 1}` }, { ip: `fc00:f853::200:${n + 1}` }] },
        },
      },
    ),
    slice(`s${n}`, endpoints, { portName: 'tcp' }),
    slice(`s${n}`, endpoints, { name: `s${n}-udp`, portName: 'udp', protocol: 'UDP', port: 8081 }),
    ...(endpoints[0] === onA
      ? [slice(`s${n}`, [sixA, sixB], { name: `s${n}-six`, portName: 'tcp', addressType: 'IPv6' })]
      : []),
  ]),
];

const clients = [
  'outside',
  'pod/default/client',
  'pod/default/cart-a',
  'pod/default/host',
  'node/worker',
  'node/worker2',
  'node/control-plane',
];
const targets = variants.flatMap((_, n) => [
  `http://svc/default/s${n}:80`,
  `http://svc/default/s${n}:81`,
  `http://[fd00:10:96::${n + 1}]:80/`,
  `http://lb/default/s${n}:80`,
  `http://192.0.2.${n + 1}:80/`,
  `http://node/worker:${30080 + n}`,
  `http://[fc00:f853::3]:${30080 + n}/`,
]);
const others = [
  'http://pod/default/cart-b:8080',
  'http://node/worker2:8080',
  'http://10.96.99.99:80',
  'http://198.51.100.1:80',
  `http://${clientPod}:1`,
];

const predictions: readonly Trace[][] = (['iptables', 'nftables'] as const).flatMap((mode) => {
  const state = cluster(mode, objects);
  return clients.flatMap((from) =>
    (['tcp', 'udp'] as const).flatMap((protocol) =>
      [...targets, ...others].map((target) =>
        predict(state, {
          protocol,
          client: from === 'outside' ? outside : parseClient(from),
          target: parseTarget(target),
          text: target,
          ...(target.includes('lb/') ? { entryNodes: ['worker'] } : {}),
        }),
      ),
    ),
  );
});

const all = predictions.flat();

describe(`${predictions.length} predictions`, () => {
  it('each is at least one pair of request and reply, in this order, with a name of its own', () => {
    const broken = predictions.filter((traces) => {
      const names = requests(traces).map(({ path }) => path);
      const replies = traces.filter(({ direction }) => direction === 'reply').map(({ path }) => path);
      const inOrder = traces.every(
        ({ direction }, index) => direction === (index % 2 === 0 ? 'request' : 'reply'),
      );
      return (
        traces.length < 2 ||
        !inOrder ||
        new Set(names).size < names.length ||
        String(names) !== String(replies)
      );
    });
    expect(broken).toEqual([]);
  });

  it('fits the schema', () => {
    expect(all.flatMap((trace) => traceSchema.safeParse(trace).error ?? [])).toEqual([]);
  });

  it('has no evidence, and every hop says why and where upstream says so', () => {
    const named = /Kubernetes v1\.37\.0|kind v0\.33\.0|Linux 6\.18|RFC \d+|KEP-\d+/;
    const broken = all.flatMap(({ hops }) =>
      hops.filter(
        ({ grade, evidence, rules, because }) =>
          grade !== 'unobserved' ||
          evidence.length > 0 ||
          rules.length > 0 ||
          !because?.text ||
          !named.test(because.source),
      ),
    );
    expect(broken).toEqual([]);
  });

  it('each namespace has the hops of hopsOfPassage, with the ids of hopIds', () => {
    const broken = all.flatMap(({ direction, hops }) => {
      const id = hopIds(direction);
      const expected = passagesOf(hops).flatMap((passage) => {
        const role = (passage[0] as Hop).place.role;
        return hopsOfPassage(direction, passageOf(direction, passage)).map((hop) => id(role, hop));
      });
      const given = hops.map((hop) => hop.id);
      return String(given) === String(expected) ? [] : [{ given, expected }];
    });
    expect(broken).toEqual([]);
  });

  it('the path has the name that the observer would give it', () => {
    const broken = requests(all).filter(
      ({ path, hops, end }) => path.replace(/-\d+$/, '') !== pathName(hops, end.kind),
    );
    expect(broken).toEqual([]);
  });

  it('what leaves a hop comes to the next', () => {
    const broken = all.flatMap(({ hops }) =>
      hops.filter((hop, index) => {
        const next = hops[index + 1];
        return next !== undefined && !isDeepStrictEqual(next.packet, hop.after ?? hop.packet);
      }),
    );
    expect(broken).toEqual([]);
  });

  it('an answer comes from the address that was asked, to the one that asked', () => {
    const broken = all.filter((reply, index) => {
      const asked = all[index - 1]?.hops[0]?.packet;
      const got = reply.hops.at(-1)?.packet;
      if (reply.direction !== 'reply' || reply.end.kind !== 'delivered' || got?.icmp !== undefined)
        return false;
      return !isDeepStrictEqual([got?.source, got?.destination], [asked?.destination, asked?.source]);
    });
    expect(broken).toEqual([]);
  });

  it('who is delivered, refused or reset hears of it, and who is dropped hears nothing', () => {
    const broken = all.filter((request, index) => {
      const isAnswered = ['delivered', 'rejected', 'reset'].includes(request.end.kind);
      const reply = all[index + 1]?.end;
      // Beside the way with the error there is one on which the kernel holds it back.
      const isHeldBack = request.end.kind === 'rejected' && reply?.text.includes('holds the ICMP error back');
      return (
        request.direction === 'request' &&
        !isHeldBack &&
        reply?.kind !== (isAnswered ? 'delivered' : 'unanswered')
      );
    });
    expect(broken).toEqual([]);
  });
});

function requests(traces: readonly Trace[]): Trace[] {
  return traces.filter(({ direction }) => direction === 'request');
}

/** Hops that follow each other in one namespace; a packet that comes again begins anew at prerouting. */
function passagesOf(hops: readonly Hop[]): Hop[][] {
  const passages: Hop[][] = [];
  for (const hop of hops) {
    const current = passages.at(-1);
    const last = current?.at(-1);
    const isSame =
      last !== undefined && last.place.role === hop.place.role && last.place.name === hop.place.name;
    // Over loopback a packet leaves by postrouting and comes to input of the same namespace.
    const isLoopback = last?.hook !== 'prerouting' && hop.hook === 'input' && current?.[0]?.hook === 'output';
    if (isSame && !isLoopback) current?.push(hop);
    else passages.push([hop]);
  }
  return passages;
}

function passageOf(direction: Direction, hops: readonly Hop[]): Passage {
  const has = (...actions: string[]) => hops.some(({ action }) => actions.includes(action));
  const last = hops.at(-1) as Hop;
  const isStopped = last.action === 'dropped' || last.action === 'rejected';
  const kind = has('sent')
    ? 'origin'
    : has('delivered') || last.hook === 'input' || (isStopped && last.hook === 'prerouting')
      ? 'ending'
      : 'forwarding';
  return {
    kind,
    marked: has('marked'),
    destination: direction === 'request' ? has('dnat') : has('un-snat'),
    source: direction === 'request' ? has('snat') : has('un-dnat'),
    ...(isStopped ? { stopped: { hook: last.hook, how: last.action as 'dropped' | 'rejected' } } : {}),
  };
}
