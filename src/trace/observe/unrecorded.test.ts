/** Ways that no recording has: made of trace lines as nft 1.1.3 prints them. */
import { describe, expect, it } from 'vitest';
import { whatHappened } from '../what-happened.ts';
import type { Capture, CapturedPlace } from './capture.ts';
import { observe } from './observe.ts';

interface Line {
  readonly id: string;
  readonly chain: string;
  readonly from: string;
  readonly to: string;
  readonly iif?: string;
  readonly oif?: string;
  readonly ttl?: number;
  readonly ipId?: number;
  /** `tcp 0x2`, `udp`, `icmp 3 3`. */
  readonly what?: string;
  /** Rest of further lines of the same step. */
  readonly more?: readonly string[];
}

function lines(...steps: Line[]): string {
  return steps
    .flatMap(({ id, chain, from, to, iif, oif, ttl = 64, ipId = 7, what = 'tcp 0x2', more = [] }) => {
      const [source = '', sport] = from.split(':');
      const [destination = '', dport] = to.split(':');
      const [protocol, a, b] = what.split(' ');
      const transport =
        protocol === 'icmp'
          ? `icmp type ${a} icmp code ${b}`
          : `${protocol} sport ${sport} ${protocol} dport ${dport}${a ? ` tcp flags == ${a}` : ''}`;
      const interfaces = [iif && `iif "${iif}"`, oif && `oif "${oif}"`].filter(Boolean).join(' ');
      const table = /^(pre|out|end)_/.test(chain) ? 'lab_trace' : 'filter';
      const head = `trace id ${id} ip ${table} ${chain}`;
      return [
        `${head} packet: ${interfaces} ip saddr ${source} ip daddr ${destination} ip ttl ${ttl} ip id ${ipId} ${transport}`,
        ...more.map((rest) => `${head} ${rest}`),
      ];
    })
    .join('\n');
}

const node = (traceText: string, name = 'worker', addresses = ['172.18.0.2']): CapturedPlace => ({
  kind: 'node',
  name,
  addresses,
  traceText,
});

function capture(probe: Partial<Capture['probe']>, ...places: CapturedPlace[]): Capture {
  return {
    proxyMode: 'iptables',
    asked: { protocol: probe.protocol ?? 'tcp', from: 'node/worker', target: 'http://10.96.0.7/' },
    probe: {
      protocol: 'tcp',
      from: 'worker',
      source: { ip: '172.18.0.2', port: 61000 },
      destination: { ip: '10.96.0.7', port: 80 },
      ...probe,
    },
    tracer: 'lab_trace',
    places,
  };
}

const tell = (given: Capture) => {
  const { traces, problems } = observe(given);
  return {
    request: traces[0].hops.map(({ id }) => id),
    reply: traces[1].hops.map(({ id }) => id),
    ends: traces.map(({ end }) => end.kind),
    path: traces[0].path,
    problems: problems.map(({ kind }) => kind),
    traces,
  };
};

const asked = { from: '172.18.0.2:61000', to: '10.96.0.7:80', oif: 'eth0' };

describe('a node that asks by itself', () => {
  it('and is rejected at output gets the ICMP error from itself, over lo', () => {
    const error = { id: 'b', from: '172.18.0.2', to: '172.18.0.2', what: 'icmp 3 3', ipId: 9 };
    const told = tell(
      capture(
        {},
        node(
          lines(
            { id: 'a', chain: 'out_raw', ...asked },
            { id: 'a', chain: 'OUTPUT', ...asked },
            { ...error, chain: 'out_ct', oif: 'lo' },
            { ...error, chain: 'end_postrouting', oif: 'lo' },
            { ...error, chain: 'pre_ct', iif: 'lo' },
            { ...error, chain: 'end_input', iif: 'lo' },
          ).replace(
            /(OUTPUT packet:.*)\n/,
            '$1\ntrace id a ip filter KUBE-SERVICES rule reject # handle 5 (verdict drop)\n',
          ),
        ),
      ),
    );
    expect(told).toMatchObject({
      request: ['forward.client-node.output.sent', 'forward.client-node.output.rejected'],
      reply: ['reply.client-node.output.sent', 'reply.client-node.input.delivered'],
      ends: ['rejected', 'delivered'],
      problems: [],
    });
  });

  it('and has the endpoint itself comes back in over lo: two ways through one namespace', () => {
    const changed = { from: '172.18.0.2:61000', to: '172.18.0.2:8080' };
    const answer = { id: 'b', from: '172.18.0.2:8080', to: '172.18.0.2:61000', what: 'tcp 0x12', ipId: 0 };
    const undone = { ...answer, from: '10.96.0.7:80' };
    const told = tell(
      capture(
        {},
        node(
          lines(
            { id: 'a', chain: 'out_raw', ...asked },
            { id: 'a', chain: 'end_output', ...changed, oif: 'lo' },
            { id: 'a', chain: 'end_postrouting', ...changed, oif: 'lo' },
            { id: 'a', chain: 'pre_raw', ...changed, iif: 'lo' },
            { id: 'a', chain: 'end_input', ...changed, iif: 'lo' },
            { ...answer, chain: 'out_ct', oif: 'lo' },
            { ...undone, chain: 'end_postrouting', oif: 'lo' },
            { ...undone, chain: 'pre_ct', iif: 'lo' },
            { ...undone, chain: 'end_input', iif: 'lo' },
          ),
        ),
      ),
    );
    expect(told).toMatchObject({
      request: [
        'forward.client-node.output.sent',
        'forward.client-node.output.dnat',
        'forward.client-node.input.delivered',
      ],
      reply: [
        'reply.client-node.output.sent',
        'reply.client-node.postrouting.un-dnat',
        'reply.client-node.input.delivered',
      ],
      path: 'host-network-on-client-node',
      problems: [],
    });
  });
});

describe('a node whose packet leaves for a machine that nobody watches', () => {
  const left = { ...asked, to: '172.18.0.9:8099' };
  const sent = lines(
    { id: 'a', chain: 'out_raw', ...asked },
    { id: 'a', chain: 'end_output', ...left },
    { id: 'a', chain: 'end_postrouting', ...left },
  );
  const back = (what: string, from: string, to: string) =>
    lines(
      { id: 'b', chain: 'pre_ct', from, to, iif: 'eth0', what, ipId: 0 },
      {
        id: 'b',
        chain: 'end_input',
        from: what.startsWith('icmp') ? from : '10.96.0.7:80',
        to,
        iif: 'eth0',
        what,
        ipId: 0,
      },
    );

  it('and comes back has an answer, with the DNAT undone', () => {
    const answer = back('tcp 0x12', '172.18.0.9:8099', '172.18.0.2:61000');
    expect(tell(capture({}, node(`${sent}\n${answer}`)))).toMatchObject({
      request: ['forward.client-node.output.sent', 'forward.client-node.output.dnat'],
      reply: ['reply.client-node.input.un-dnat', 'reply.client-node.input.delivered'],
      ends: ['delivered', 'delivered'],
      path: 'outside-endpoint',
      problems: [],
    });
  });

  it.each([
    ['a RST', back('tcp 0x14', '172.18.0.9:8099', '172.18.0.2:61000')],
    ['an ICMP error', back('icmp 3 3', '172.18.0.9', '172.18.0.2')],
  ])('and comes back with %s was refused there', (_, answer) => {
    expect(tell(capture({}, node(`${sent}\n${answer}`)))).toMatchObject({
      ends: ['reset', 'delivered'],
      path: 'outside-endpoint-reset',
      problems: [],
    });
  });

  it('and does not come back is lost, and the capture says that it does not know where', () => {
    expect(tell(capture({}, node(sent)))).toMatchObject({
      ends: ['dropped', 'unanswered'],
      problems: ['missing-end'],
    });
  });
});

describe('an answer from somebody whom the client did not ask', () => {
  const ip = { client: '172.18.0.9:61000', asked: '172.18.0.2:30080', pod: '10.244.1.2:8080' };
  const place = (
    kind: 'client' | 'pod',
    name: string,
    address: string,
    traceText: string,
  ): CapturedPlace => ({
    ...node(traceText, name, [address]),
    kind,
  });

  it('comes to the client and is refused there', () => {
    const [sent, changed] = [
      { id: 'a', from: ip.client, to: ip.asked },
      { id: 'a', from: ip.client, to: ip.pod, ttl: 63 },
    ];
    const answer = { id: 'b', from: ip.pod, to: ip.client, what: 'tcp 0x12', ipId: 0 };
    const told = tell(
      capture(
        {
          from: 'client',
          source: { ip: '172.18.0.9', port: 61000 },
          destination: { ip: '172.18.0.2', port: 30080 },
        },
        place(
          'client',
          'client',
          '172.18.0.9',
          lines(
            { ...sent, chain: 'out_raw', oif: 'eth0' },
            { ...sent, chain: 'end_postrouting', oif: 'eth0' },
            { ...answer, chain: 'pre_ct', iif: 'eth0', ttl: 63 },
            { ...answer, chain: 'end_input', iif: 'eth0', ttl: 63 },
          ),
        ),
        node(
          lines(
            { ...sent, chain: 'pre_raw', iif: 'eth0' },
            { ...changed, chain: 'end_forward', iif: 'eth0', oif: 'veth1' },
            { ...changed, chain: 'end_postrouting', oif: 'veth1' },
          ),
        ),
        place(
          'pod',
          'cart',
          '10.244.1.2',
          lines(
            { ...changed, chain: 'pre_raw', iif: 'eth0' },
            { ...changed, chain: 'end_input', iif: 'eth0' },
            { ...answer, chain: 'out_ct', oif: 'eth0' },
            { ...answer, chain: 'end_postrouting', oif: 'eth0' },
          ),
        ),
      ),
    );
    expect(told).toMatchObject({
      reply: ['reply.pod.output.sent', 'reply.client.input.delivered'],
      ends: ['delivered', 'dropped'],
      problems: [],
    });
    expect(told.traces[1].end.text).toBe(
      'client gets an answer from 10.244.1.2:8080, whom it did not ask, and refuses it',
    );
  });
});

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
