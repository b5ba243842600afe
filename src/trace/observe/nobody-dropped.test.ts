/** A packet that no rule dropped, and that is seen no further. */
import { describe, expect, it } from 'vitest';
import { capture, lines, node, tell } from '../testdata/trace-lines.ts';
import { whatHappened } from '../what-happened.ts';
import type { CapturedPlace } from './capture.ts';

describe('a packet that no rule dropped', () => {
  const pod: CapturedPlace = {
    kind: 'pod',
    name: 'cart',
    addresses: ['10.244.1.2'],
    traceText: lines(
      { id: 'a', chain: 'out_raw', from: '10.244.1.2:61000', to: '10.244.2.2:80', oif: 'eth0' },
      { id: 'a', chain: 'end_postrouting', from: '10.244.1.2:61000', to: '10.244.2.2:80', oif: 'eth0' },
    ),
  };
  const probe = {
    from: 'cart',
    source: { ip: '10.244.1.2', port: 61000 },
    destination: { ip: '10.244.2.2', port: 80 },
  };
  const came = { id: 'a', from: '10.244.1.2:61000', to: '10.244.2.2:80', iif: 'veth1' };

  it('and is gone after prerouting ends there, inferred, and the capture says that it cannot tell why', () => {
    const told = tell(
      capture(probe, pod, node(lines({ ...came, chain: 'pre_raw' }, { ...came, chain: 'pre_ct' }))),
    );
    expect(told).toMatchObject({ ends: ['dropped', 'unanswered'], problems: ['missing-end'] });
    expect(told.traces[0].hops.at(-1)).toMatchObject({
      id: 'forward.client-node.prerouting.dropped',
      grade: 'inferred',
    });
  });

  it('and had met a rule before is not said to have been dropped by that rule', () => {
    const accepted = {
      ...came,
      chain: 'PREROUTING',
      more: ['rule counter accept # handle 5 (verdict accept)'],
    };
    const [request] = tell(capture(probe, pod, node(lines({ ...came, chain: 'pre_raw' }, accepted)))).traces;
    const last = request.hops.at(-1);
    expect(last?.rules).toHaveLength(1);
    expect(last && whatHappened(request, last)).toBe('not seen again, no rule dropped it');
  });

  it('and is answered with ICMP host-unreachable was rejected for want of a way', () => {
    const error = { id: 'b', from: '172.18.0.2', to: '10.244.1.2', what: 'icmp 3 1', ipId: 9, oif: 'veth1' };
    const told = tell(
      capture(
        probe,
        pod,
        node(
          lines(
            { ...came, chain: 'pre_raw' },
            { ...error, chain: 'out_ct' },
            { ...error, chain: 'end_postrouting' },
          ),
        ),
      ),
    );
    expect(told.ends[0]).toBe('rejected');
    expect(told.traces[0].end.text).toBe('worker had no way to 10.244.2.2:80: ICMP host-unreachable');
    expect(told.reply[0]).toBe('reply.client-node.output.sent');
  });

  it('but a policy did has that policy as its rule', () => {
    const forwarded = { ...came, oif: 'eth0', ttl: 63, chain: 'FORWARD', more: ['policy drop'] };
    const told = tell(capture(probe, pod, node(lines({ ...came, chain: 'pre_raw' }, forwarded))));
    expect(told).toMatchObject({ ends: ['dropped', 'unanswered'], problems: [] });
    expect(told.traces[0].hops.at(-1)).toMatchObject({
      id: 'forward.client-node.forward.dropped',
      grade: 'observed',
      rules: [{ table: 'ip filter', chain: 'FORWARD', text: 'policy drop', verdict: 'drop' }],
    });
  });
});

it('UDP to a port that nobody listens on is reset by ICMP', () => {
  const sent = { id: 'a', from: '172.18.0.5:5000', to: '172.18.0.2:53', what: 'udp' };
  const error = { id: 'b', from: '172.18.0.2', to: '172.18.0.5', what: 'icmp 3 3', ipId: 9 };
  const client: CapturedPlace = {
    kind: 'client',
    name: 'client',
    addresses: ['172.18.0.5'],
    traceText: lines(
      { ...sent, chain: 'out_raw', oif: 'eth0' },
      { ...sent, chain: 'end_postrouting', oif: 'eth0' },
      { ...error, chain: 'pre_ct', iif: 'eth0' },
      { ...error, chain: 'end_input', iif: 'eth0' },
    ),
  };
  const told = tell(
    capture(
      {
        protocol: 'udp',
        from: 'client',
        source: { ip: '172.18.0.5' },
        destination: { ip: '172.18.0.2', port: 53 },
      },
      client,
      node(
        lines(
          { ...sent, chain: 'pre_raw', iif: 'eth0' },
          { ...sent, chain: 'end_input', iif: 'eth0' },
          { ...error, chain: 'out_ct', oif: 'eth0' },
          { ...error, chain: 'end_postrouting', oif: 'eth0' },
        ),
      ),
    ),
  );
  expect(told).toMatchObject({
    request: ['forward.client.output.sent', 'forward.entry-node.input.delivered'],
    reply: ['reply.entry-node.output.sent', 'reply.client.input.delivered'],
    ends: ['reset', 'delivered'],
    path: 'process-on-entry-node-reset',
    problems: [],
  });
});

it('a node that gets its packet back keeps its role, and its second hop has a number', () => {
  const pod = (name: string, ip: string, traceText: string): CapturedPlace => ({
    kind: 'pod',
    name,
    addresses: [ip],
    traceText,
  });
  const sent = { id: 'a', from: '10.244.1.2:61000', to: '172.18.0.3:30080' };
  const back = { id: 'c', from: '10.244.1.2:61000', to: '10.244.1.3:8080' };
  const told = tell(
    capture(
      {
        from: 'asks',
        source: { ip: '10.244.1.2', port: 61000 },
        destination: { ip: '172.18.0.3', port: 30080 },
      },
      pod(
        'asks',
        '10.244.1.2',
        lines({ ...sent, chain: 'out_raw', oif: 'eth0' }, { ...sent, chain: 'end_postrouting', oif: 'eth0' }),
      ),
      node(
        lines(
          { ...sent, chain: 'pre_raw', iif: 'v1' },
          { ...sent, chain: 'end_forward', iif: 'v1', oif: 'eth0', ttl: 63 },
          { ...sent, chain: 'end_postrouting', iif: 'v1', oif: 'eth0', ttl: 63 },
          { ...back, chain: 'pre_raw', iif: 'eth0', ttl: 62 },
          { ...back, chain: 'end_forward', iif: 'eth0', oif: 'v2', ttl: 61 },
          { ...back, chain: 'end_postrouting', iif: 'eth0', oif: 'v2', ttl: 61 },
        ),
      ),
      node(
        lines(
          { ...sent, chain: 'pre_raw', iif: 'eth0', ttl: 63 },
          { ...back, id: 'a', chain: 'end_forward', iif: 'eth0', oif: 'eth0', ttl: 62 },
          { ...back, id: 'a', chain: 'end_postrouting', iif: 'eth0', oif: 'eth0', ttl: 62 },
        ),
        'worker2',
        ['172.18.0.3'],
      ),
      pod(
        'answers',
        '10.244.1.3',
        lines(
          { ...back, chain: 'pre_raw', iif: 'eth0', ttl: 61 },
          { ...back, chain: 'end_input', iif: 'eth0', ttl: 61 },
        ),
      ),
    ),
  );
  expect(told.request).toEqual([
    'forward.client-pod.output.sent',
    'forward.client-node.forward.routed',
    'forward.entry-node.prerouting.dnat',
    'forward.entry-node.forward.routed',
    'forward.client-node.forward.routed.2',
    'forward.pod.input.delivered',
  ]);
  expect(told.path).toBe('pod-on-client-node');
});
