/** Rules, look-ups, and captures that are damaged or crowded. */
import { describe, expect, it } from 'vitest';
import { recordedCapture } from '../testdata/captures.ts';
import { readSections } from '../testdata/recorded.ts';
import type { Capture, CapturedPlace } from './capture.ts';
import { damageOf } from './damage.ts';
import { observe } from './observe.ts';

const remote = recordedCapture('iptables', 'nodeport-remote-pod');

/** The capture with one place changed, or left out. */
function change(
  capture: Capture,
  name: string,
  edit: (place: CapturedPlace) => CapturedPlace | undefined,
): Capture {
  const places = capture.places.flatMap((place) => (place.name === name ? (edit(place) ?? []) : [place]));
  return { ...capture, places };
}

const withTrace = (edit: (text: string) => string) => (place: CapturedPlace) => ({
  ...place,
  traceText: edit(place.traceText),
});

describe('rules', () => {
  const [request] = observe(remote).traces;
  const hop = (id: string) => request.hops.find((each) => each.id === `forward.${id}`);

  it('of iptables have the text that iptables-save has, with the comment', () => {
    expect(hop('entry-node.prerouting.dnat')?.rules.at(-1)).toEqual({
      table: 'ip nat',
      chain: 'KUBE-SEP-PXJ2U7QYT2QW5545',
      handle: 129,
      text: '-A KUBE-SEP-PXJ2U7QYT2QW5545 -p tcp -m comment --comment "default/web" -m tcp -j DNAT --to-destination 10.244.1.2:8080',
      verdict: 'accept',
    });
  });

  it('lead to the mark, then to the endpoint, then to the masquerade', () => {
    const chains = (id: string) => hop(id)?.rules.map(({ chain }) => chain.slice(0, 14));
    expect(chains('entry-node.prerouting.marked')).toEqual([
      'PREROUTING',
      'KUBE-SERVICES',
      'KUBE-NODEPORTS',
      'KUBE-EXT-LOLE4',
      'KUBE-MARK-MASQ',
    ]);
    expect(chains('entry-node.prerouting.dnat')).toEqual([
      'KUBE-EXT-LOLE4',
      'KUBE-SVC-LOLE4',
      'KUBE-SEP-PXJ2U',
    ]);
    expect(chains('entry-node.postrouting.snat')).toEqual(
      ['POSTROUTING', 'KUBE-POSTROUTIN', 'KUBE-POSTROUTIN'].map((chain) => chain.slice(0, 14)),
    );
  });

  it('without a listing are as nft prints them, without counters', () => {
    const [local] = observe(recordedCapture('iptables', 'nodeport-local-pod')).traces;
    expect(local.hops.find(({ action }) => action === 'dnat')?.rules.at(-1)?.text).toBe(
      'ip protocol 6 meta l4proto tcp dnat to 10.244.2.3:8080',
    );
  });

  it("never are the tracer's own", () => {
    for (const { hops } of observe(remote).traces) {
      for (const { rules } of hops) expect(rules.map(({ table }) => table)).not.toContain('ip lab_trace');
    }
  });

  it('of a chain that the two listings count differently are told in the words of nft', () => {
    const shorter = change(remote, 'c1-worker2', (place) => ({
      ...place,
      iptablesSave: (place.iptablesSave ?? '').replace(/^.*-A KUBE-MARK-MASQ .*\n/m, ''),
    }));
    const { traces, problems } = observe(shorter);
    expect(problems.map(({ kind, harm }) => [kind, harm])).toEqual([]);
    expect(traces[0].hops[1]?.rules.at(-1)?.text).toBe('meta mark set mark or 0x4000');
    const cut = change(remote, 'c1-worker2', (place) => ({
      ...place,
      iptablesSave: (place.iptablesSave ?? '').replace(/^.*-A KUBE-EXT-LOLE4ISW44XBNF3G -j .*\n/m, ''),
    }));
    expect(observe(cut).problems).toMatchObject([
      { kind: 'listing-mismatch', harm: 'detail', place: 'c1-worker2' },
    ]);
  });
});

describe('look-ups', () => {
  const [request] = observe(remote).traces;
  const routed = request.hops.filter(({ action }) => action === 'routed');

  it('a gateway is observed when the packet had its MAC in the next namespace', () => {
    expect(routed[0]).toMatchObject({ via: '172.18.0.2', in: 'eth0', out: 'eth0' });
    expect(routed[0]?.evidence.map(({ source, grade }) => [source, grade])).toEqual([
      ['nft-trace', undefined],
      ['route', 'observed'],
      ['neighbour', 'observed'],
    ]);
  });

  it('without a neighbour entry the gateway is inferred from the route', () => {
    const blind = change(remote, 'c1-worker2', (place) => ({ ...place, neighbours: '[]' }));
    const [told] = observe(blind).traces;
    const hop = told.hops.find(({ action }) => action === 'routed');
    expect(hop?.via).toBe('172.18.0.2');
    expect(hop?.evidence.at(-1)).toMatchObject({ source: 'route', grade: 'inferred' });
  });

  it('the veth into the pod is confirmed by both MACs', () => {
    expect(routed[1]).toMatchObject({ out: 'vethbab63204' });
    expect(routed[1]?.evidence.at(-1)).toMatchObject({ source: 'link', grade: 'observed' });
  });

  it("conntrack's NEW stands at the DNAT, and its answer at the first undoing", () => {
    const [asked, answered] = observe(remote).traces;
    const events = [...asked.hops, ...answered.hops].flatMap(({ id, evidence }) =>
      evidence.flatMap(({ source, lines }) =>
        source === 'conntrack-event' ? [`${id} ${/\[[A-Z]+\]/.exec(lines[0] ?? '')?.[0]}`] : [],
      ),
    );
    expect(events).toEqual([
      'forward.client.output.sent [NEW]',
      'forward.entry-node.prerouting.dnat [NEW]',
      'forward.pod-node.forward.routed [NEW]',
      'reply.pod-node.forward.routed [UPDATE]',
      'reply.entry-node.prerouting.un-snat [UPDATE]',
      'reply.client.input.delivered [UPDATE]',
    ]);
  });
});

describe('a damaged capture', () => {
  it('says that events were lost', () => {
    const { problems } = observe(
      change(
        remote,
        'c1-worker',
        withTrace((text) => `${text}# ERROR: We lost some netlink events!\n`),
      ),
    );
    expect(problems).toMatchObject([{ kind: 'lost-events', harm: 'incomplete', place: 'c1-worker' }]);
    expect(damageOf(problems)).toContain('the kernel dropped trace events on c1-worker');
  });

  it('without the pod ends where the packet was last seen, and says so', () => {
    const { traces, problems } = observe(change(remote, 'pod-10.244.1.2', () => undefined));
    expect(traces[0].hops.at(-1)?.id).toBe('forward.pod-node.forward.routed');
    expect(traces[0].end.text).toBe(
      'left c1-worker by vethbab63204 for 10.244.1.2:8080 and was not seen again',
    );
    expect(traces[1].end.kind).toBe('unanswered');
    expect(problems.map(({ kind }) => kind)).toEqual(['missing-end', 'contradiction']);
    expect(damageOf(problems)).toContain('the client got an answer, but');
  });

  it('without the client begins at the first node, and says so', () => {
    const { traces, problems } = observe(
      change(
        remote,
        'c-client',
        withTrace(() => ''),
      ),
    );
    expect(traces[0].hops[0]?.id).toBe('forward.entry-node.prerouting.marked');
    expect(problems[0]).toMatchObject({ kind: 'missing-origin', harm: 'incomplete' });
    expect(damageOf(problems)).toContain('the probe was not seen leaving c-client');
  });

  it('without anything is a trace without hops, and no exception', () => {
    const { traces, problems } = observe({ ...remote, places: [] });
    expect(traces.map(({ hops, end }) => [hops.length, end.kind])).toEqual([
      [0, 'no-path'],
      [0, 'unanswered'],
    ]);
    expect(problems.map(({ kind }) => kind)).toContain('missing-origin');
  });

  it('without an answer of the pod says that it is missing', () => {
    const onlyRequest = withTrace((text) =>
      text
        .split('\n')
        .filter((line) => !line.includes('a959bf2f'))
        .join('\n'),
    );
    const { traces, problems } = observe(change(remote, 'pod-10.244.1.2', onlyRequest));
    expect(traces[0].end.kind).toBe('delivered');
    expect(problems.map(({ kind }) => kind)).toEqual(['missing-reply', 'contradiction']);
  });

  it('keeps lines that it does not understand as a note', () => {
    const { traces } = observe(
      change(
        remote,
        'c1-worker',
        withTrace((text) => `what is this\n${text}`),
      ),
    );
    expect(traces[0].notes.at(-1)).toEqual({
      text: 'lines on c1-worker that belong to no packet',
      lines: ['what is this'],
    });
  });
});

describe('a rule that kube-proxy made during the capture', () => {
  const trace =
    readSections('edge-cases.txt').find(({ heading }) => heading.startsWith('Service created during'))
      ?.text ?? '';
  const capture = (nftRuleset: string): Capture => ({
    proxyMode: 'nftables',
    asked: { protocol: 'tcp', from: 'node/c2-worker', target: 'http://10.96.159.20:81/' },
    probe: {
      protocol: 'tcp',
      from: 'c2-worker',
      source: { ip: '172.18.0.2', port: 62990 },
      destination: { ip: '10.96.159.20', port: 81 },
    },
    tracer: 'lab_trace',
    places: [{ kind: 'node', name: 'c2-worker', addresses: ['172.18.0.2'], traceText: trace, nftRuleset }],
  });
  const listing = `table ip kube-proxy { # handle 9
	chain service-SVMPYSEU-default/late/tcp/ { # handle 98
		meta l4proto tcp dnat to 10.244.2.2:8080 # handle 99
	}
}`;

  it('is named from the listing that was taken afterwards', () => {
    const { traces, problems } = observe(capture(listing));
    const dnat = traces[0].hops.find(({ action }) => action === 'dnat');
    expect(dnat?.rules.find(({ handle }) => handle === 99)?.text).toBe(
      'meta l4proto tcp dnat to 10.244.2.2:8080',
    );
    expect(problems.find(({ kind }) => kind === 'unknown-rule')).toMatchObject({
      harm: 'detail',
      text: expect.stringContaining('is named from the listing'),
    });
  });

  it('without a listing is told by its number', () => {
    const { traces, problems } = observe(capture(''));
    const dnat = traces[0].hops.find(({ action }) => action === 'dnat');
    expect(dnat?.rules.map(({ text }) => text)).toContain('rule handle 99 (not in any listing)');
    expect(problems.find(({ kind }) => kind === 'unknown-rule')?.text).toContain('is in no listing');
  });
});

describe('a crowded capture', () => {
  it('does not take other packets for the probe, even with the same trace id', () => {
    const foreign = (text: string) =>
      text
        .replaceAll('sport 61904', 'sport 50001')
        .replaceAll('dport 61904', 'dport 50001')
        .replaceAll('sport 64855', 'sport 50002')
        .replaceAll('dport 64855', 'dport 50002')
        .replaceAll('ip id 21786', 'ip id 777');
    const crowded: Capture = {
      ...remote,
      places: remote.places.map((place) => ({
        ...place,
        traceText: `${foreign(place.traceText)}${place.traceText}${foreign(place.traceText).replaceAll('777', '778')}`,
      })),
    };
    const { traces, problems, foreign: others } = observe(crowded);
    expect(problems).toEqual([]);
    // The ICMP redirects of the others go to the same client: they cannot be told apart, and stay notes.
    expect(traces.map(({ hops }) => hops)).toEqual(observe(remote).traces.map(({ hops }) => hops));
    expect(others).toBeGreaterThan(0);
  });

  it('prefers the repeat when the first packet got lost', () => {
    const lost = `${remote.places[0]?.traceText.split('\n').slice(0, 14).join('\n')}\n`
      .replaceAll('ip id 21786', 'ip id 21785')
      .replaceAll('5c0aeca0', '0000aaaa');
    const { traces, problems } = observe(
      change(
        remote,
        'c-client',
        withTrace((text) => lost + text),
      ),
    );
    expect(problems).toEqual([]);
    expect(traces[0].hops).toHaveLength(7);
    expect(traces[0].notes.map(({ text }) => text)).toContain(
      'sent again, on c-client: SYN from 172.18.0.5:61904 to 172.18.0.3:30080',
    );
  });
});

describe.each(['iptables', 'nftables'] as const)('a node with a bridge, in %s mode', (mode) => {
  const capture = recordedCapture(mode, 'pod-clusterip-other-node');
  /** From the routing decision on, the packet has another trace id, as when iptables is shown a bridge's frames. */
  const bridged = capture.places.map((place): CapturedPlace => {
    if (place.kind !== 'node') return place;
    const routed = new Set<string>();
    const lines = place.traceText.split('\n').map((line) => {
      const [, id = ''] = /^trace id (\w+) /.exec(line) ?? [];
      if (/ packet: iif "[^"]+" oif /.test(line)) routed.add(id);
      return routed.has(id) ? line.replace(id, `b${id.slice(1)}`) : line;
    });
    return { ...place, traceText: lines.join('\n') };
  });
  const hops = (one: Capture) =>
    observe(one).traces.map((trace) => trace.hops.map(({ id, packet, after }) => ({ id, packet, after })));

  it('has the same hops, though the kernel gives one packet two trace ids', () => {
    expect(hops({ ...capture, places: bridged })).toEqual(hops(capture));
  });

  it('has other ids there', () => {
    expect(bridged.map(({ traceText }) => traceText)).not.toEqual(
      capture.places.map(({ traceText }) => traceText),
    );
  });
});

it('over IPv6 the path has the same hops', () => {
  const six = (text: string) =>
    text
      .replace(/ ip (lab_trace|nat|filter) /g, ' ip6 $1 ')
      .replace(/ip id \d+ /g, '')
      .replace(/ip ttl/g, 'ip6 hoplimit')
      .replace(/ip ([sd])addr (\d+)\.(\d+)\.(\d+)\.(\d+)/g, 'ip6 $1addr fd00:$2:$3:$4::$5')
      .replace(/ip (dscp|ecn|length)/g, 'ip6 $1');
  const { traces, problems } = observe({
    ...remote,
    probe: {
      ...remote.probe,
      source: { ip: 'fd00:172:18:0::5', port: 61904 },
      destination: { ip: 'fd00:172:18:0::3', port: 30080 },
    },
    places: remote.places.map(({ kind, name, traceText, addresses }) => ({
      kind,
      name,
      traceText: six(traceText),
      addresses: addresses.map((ip) => ip.replace(/^(\d+)\.(\d+)\.(\d+)\.(\d+)$/, 'fd00:$1:$2:$3::$4')),
    })),
  });
  expect(problems).toEqual([]);
  const ids = (observed: typeof traces) => observed.map(({ hops }) => hops.map(({ id }) => id));
  expect(ids(traces)).toEqual(ids(observe(remote).traces));
});
