import { describe, expect, it } from 'vitest';
import type { Hop } from '../hop.ts';
import { predict } from '../predict/predict.ts';
import { parseClient, parseTarget } from '../predict/probe.ts';
import { cart, nodePortCart, onA, onB, podB } from '../predict/testdata/cart.ts';
import { cluster, endpoint } from '../predict/testdata/objects.ts';
import { outside } from '../predict/testdata/ways.ts';
import type { Trace } from '../trace.ts';
import { compare } from './compare.ts';

const url = 'http://node/worker2:30080/';
const predicted = (
  objects: object[],
  target = url,
  from = 'outside',
  mode: 'iptables' | 'nftables' = 'iptables',
) =>
  predict(cluster(mode, objects), {
    protocol: 'tcp',
    client: from === 'outside' ? outside : parseClient(from),
    target: parseTarget(target),
    text: target,
    sourcePort: 61000,
  });

/** What a capture would show of a predicted path: one address of each set, a number for each open port. */
function seen(traces: readonly Trace[], path: string): Trace[] {
  const concrete = JSON.stringify(traces.filter((trace) => trace.path === path))
    .replaceAll(/\{"oneOf":\[("?[^",\]]+"?)[^\]]*\]\}/g, '$1')
    .replaceAll(/\{"any":"[^"]*"\}/g, '41895')
    .replaceAll(/"name":"([^"|]*)\|[^"]*"/g, '"name":"$1"')
    .replaceAll('"grade":"unobserved"', '"grade":"observed"');
  return JSON.parse(concrete) as Trace[];
}

const expected = predicted(nodePortCart());
const request = (traces: Trace[]): Trace => traces[0] as Trace;
const change = (traces: Trace[], hop: string, make: (hop: Hop) => Hop | undefined): Trace[] =>
  traces.map((trace) => ({
    ...trace,
    hops: trace.hops.flatMap((one) => (one.id === hop ? (make(one) ?? []) : one)),
  }));
const cutAfter = (traces: Trace[], hop: string, kind: Trace['end']['kind'], text: string): Trace[] => {
  const [asked, answered] = traces as [Trace, Trace];
  const until = asked.hops.findIndex(({ id }) => id === hop) + 1;
  return [
    { ...asked, hops: asked.hops.slice(0, until), end: { kind, text } },
    { ...answered, hops: [], end: { kind: 'unanswered', text: 'nothing came back' } },
  ];
};

describe('equal', () => {
  it.each(['pod-on-entry-node', 'pod-on-other-node'])(
    'when one of the predicted paths was taken: %s',
    (path) => {
      expect(compare(expected, seen(expected, path))).toEqual({ verdict: 'equal' });
    },
  );

  it('when several probes took different paths', () => {
    const both = [
      ...seen(expected, 'pod-on-other-node'),
      ...seen(expected, 'pod-on-entry-node'),
      ...seen(expected, 'pod-on-other-node'),
    ];
    expect(compare(expected, both)).toEqual({ verdict: 'equal' });
  });

  it('when nothing was to come back and no reply was recorded', () => {
    const dropped = predicted(nodePortCart({ externalTrafficPolicy: 'Local' }, [onA]));
    expect(compare(dropped, [request(seen(dropped, 'dropped'))])).toEqual({ verdict: 'equal' });
  });

  it('when who answers is outside the cluster and in nobody’s sight', () => {
    const away = predicted(nodePortCart({}, [endpoint('172.18.0.77')]));
    const observed = seen(away, 'outside-endpoint');
    expect(
      compare(away, cutAfter(observed, 'forward.entry-node.postrouting.snat', 'dropped', 'not seen again')),
    ).toEqual({ verdict: 'equal' });
  });

  it('whichever way IPv6 addresses are written', () => {
    const six = predicted(
      cart({ clusterIP: 'fd00:10:96::9' }, []),
      'http://[fd00:10:96::9]:80/',
      'pod/default/client',
      'nftables',
    );
    const text = JSON.stringify(seen(six, 'rejected')).replaceAll('fd00:10:96::9', 'FD00:10:96:0:0:0:0:9');
    expect(compare(six, JSON.parse(text) as Trace[])).toEqual({ verdict: 'equal' });
  });

  it('a path that does not exist was not taken', () => {
    const none = predicted(cart({ type: 'LoadBalancer' }), 'http://lb/default/cart:80/');
    expect(compare(none, none)).toEqual({ verdict: 'equal' });
  });
});

it('an address outside that nobody has: the node gives up by itself, or the capture ends before', () => {
  const away = predicted(nodePortCart({}, [endpoint('172.18.0.77')]));
  const [request, reply] = seen(away, 'outside-endpoint') as [Trace, Trace];
  const last = request.hops.at(-1) as Hop;
  const rejected = { ...last, id: 'forward.entry-node.postrouting.rejected', action: 'rejected' } as const;
  const first = reply.hops[0] as Hop;
  const says = (icmp: string): Trace[] => [
    { ...request, hops: [...request.hops, rejected], end: { kind: 'rejected', text: 'no way' } },
    { ...reply, hops: [{ ...first, packet: { ...first.packet, icmp } }] },
  ];
  expect(compare(away, says('host-unreachable'))).toEqual({ verdict: 'equal' });
  expect(compare(away, says('port-unreachable')).verdict).toBe('diverged');
});

it('an answer from outside the cluster has to come back by the way that is predicted', () => {
  const away = predicted(nodePortCart({}, [endpoint('172.18.0.77')]));
  const observed = seen(away, 'outside-endpoint');
  expect(compare(away, observed)).toEqual({ verdict: 'equal' });
  const elsewhere = change(observed, 'reply.entry-node.postrouting.un-dnat', () => undefined);
  expect(compare(away, elsewhere).divergence?.hop).toBe('reply.entry-node.postrouting.un-dnat');
});

/** What is said at the first difference. */
const said = (observed: Trace[], against = expected) => compare(against, observed).divergence;

describe('diverged: the first difference, in a sentence', () => {
  const other = seen(expected, 'pod-on-other-node');

  it('a node without the rule', () => {
    const [asked, answered] = other as [Trace, Trace];
    const [sent, marked] = asked.hops as [Hop, Hop];
    const refused: Hop = {
      ...marked,
      id: 'forward.entry-node.input.delivered',
      hook: 'input',
      action: 'delivered',
    };
    const end = { kind: 'reset' as const, text: 'came to worker2, where nothing listens: RST' };
    expect(said([{ ...asked, hops: [sent, refused], end }, answered])).toEqual({
      hop: 'forward.entry-node.prerouting.marked',
      sentence: 'predicted DNAT to one of 10.244.1.2, 10.244.2.2; node worker2 had no rule for port 30080',
    });
  });

  it('DNAT that did not happen', () => {
    const both = predicted(
      nodePortCart({ externalTrafficPolicy: 'Local' }, [
        onB,
        endpoint('10.244.2.9', { node: 'worker2', pod: 'client2' }),
      ]),
    );
    const observed = change(
      seen(both, 'pod-on-entry-node'),
      'forward.entry-node.prerouting.dnat',
      () => undefined,
    );
    expect(said(observed, both)).toEqual({
      hop: 'forward.entry-node.prerouting.dnat',
      sentence: `predicted DNAT to one of ${podB}, 10.244.2.9; node worker2 had no rule for port 30080`,
    });
  });

  it('an endpoint that was not among those predicted', () => {
    const elsewhere = change(other, 'forward.entry-node.prerouting.dnat', (hop) => ({
      ...hop,
      after: { ...hop.packet, destination: { ip: '10.244.9.9', port: 8080 } },
    }));
    expect(said(elsewhere)).toEqual({
      hop: 'forward.entry-node.prerouting.dnat',
      sentence: 'predicted DNAT to one of 10.244.1.2, 10.244.2.2; node worker2 chose 10.244.9.9:8080',
    });
  });

  it('a source that was kept', () => {
    const kept = change(other, 'forward.entry-node.postrouting.snat', () => undefined);
    expect(said(kept)?.sentence).toBe(
      'predicted SNAT to 172.18.0.3; node worker forwarded it to 10.244.1.2:8080 instead',
    );
  });

  it('another source than that of the interface', () => {
    const wrong = change(other, 'forward.entry-node.postrouting.snat', (hop) => ({
      ...hop,
      after: { ...hop.packet, source: { ip: '10.244.2.1', port: 41895 } },
    }));
    expect(said(wrong)?.sentence).toBe('predicted SNAT to 172.18.0.3; node worker2 chose 10.244.2.1:41895');
  });

  it('a path that ends too early', () => {
    const lost = cutAfter(
      other,
      'forward.entry-node.postrouting.snat',
      'dropped',
      'left worker2 by eth0 and was not seen again',
    );
    expect(said(lost)).toEqual({
      hop: 'forward.pod-node.forward.routed',
      sentence:
        'predicted that node worker forwards it; the path ended before it: left worker2 by eth0 and was not seen again',
    });
  });

  it('a path that goes on', () => {
    const rejected = predicted(nodePortCart({}, []));
    expect(said(other, rejected)).toEqual({
      hop: 'forward.entry-node.input.rejected',
      sentence:
        'predicted that node worker2 has it rejected (default/cart has no endpoints); node worker2 marked it for masquerade instead',
    });
  });

  it('a rule that stops it', () => {
    const [asked, answered] = other as [Trace, Trace];
    const rejected = predicted(nodePortCart({}, []));
    const stop = (seen(rejected, 'rejected')[0] as Trace).hops[1] as Hop;
    const observed = [
      {
        ...asked,
        hops: [...asked.hops.slice(0, 1), stop],
        end: { kind: 'rejected' as const, text: 'rejected by KUBE-EXTERNAL-SERVICES' },
      },
      { ...answered, hops: [] },
    ];
    expect(said(observed)?.sentence).toBe(
      'predicted DNAT to one of 10.244.1.2, 10.244.2.2; node worker2 rejected it: rejected by KUBE-EXTERNAL-SERVICES',
    );
  });

  it('another node', () => {
    const wrong = change(other, 'forward.pod-node.forward.routed', (hop) => ({
      ...hop,
      place: { ...hop.place, name: 'control-plane' },
    }));
    expect(said(wrong)?.sentence).toBe(
      'predicted forward hop (routed) on node worker; it was node control-plane',
    );
  });

  it('an answer that does not come', () => {
    const [asked, answered] = other as [Trace, Trace];
    const silent = {
      ...answered,
      hops: [],
      end: { kind: 'unanswered' as const, text: 'no answer was seen leaving' },
    };
    expect(said([asked, silent])).toEqual({
      hop: 'reply.pod.output.sent',
      sentence:
        'predicted a packet to 172.18.0.3:* from pod cart-a; the path ended before it: no answer was seen leaving',
    });
    expect(said([asked])?.sentence).toBe(
      'predicted an answer (the client gets the answer); none was observed',
    );
  });

  it('an answer with other flags', () => {
    const reset = change(other, 'reply.pod.output.sent', (hop) => ({
      ...hop,
      packet: { ...hop.packet, flags: 'rst ack' },
    }));
    expect(said(reset)?.sentence).toBe(
      'predicted flags syn ack at the output hop (sent) on pod cart-a; it was rst ack',
    );
  });

  it('the same hops with another end', () => {
    const [asked, answered] = other as [Trace, Trace];
    const reset = { ...asked, end: { kind: 'reset' as const, text: 'nothing listens' } };
    expect(said([reset, answered])).toEqual({
      hop: 'forward.pod.input.delivered',
      sentence:
        'predicted that the request is delivered (delivered to tcp port 8080); it was reset: nothing listens',
    });
  });

  it('one of several probes', () => {
    const lost = cutAfter(other, 'forward.client.output.sent', 'dropped', 'not seen again');
    expect(compare(expected, [...other, ...lost]).verdict).toBe('diverged');
  });

  it('nothing at all', () => {
    expect(said([])?.sentence).toBe('a path was predicted; nothing of the probe was observed');
    expect(compare([], other)).toEqual({
      verdict: 'diverged',
      divergence: {
        hop: 'forward.client.output.sent',
        sentence: 'nothing was predicted; a packet was observed',
      },
    });
  });
});

it('the difference is told against the predicted path that agrees longest', () => {
  const near = change(seen(expected, 'pod-on-entry-node'), 'forward.pod.input.delivered', (hop) => ({
    ...hop,
    place: { ...hop.place, name: 'stranger' },
  }));
  expect(said(near)).toEqual({
    hop: 'forward.pod.input.delivered',
    sentence: 'predicted input hop (delivered) on pod cart-b; it was pod stranger',
  });
});
