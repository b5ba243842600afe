/** Every recorded scenario, in both modes: the whole request and the whole reply. */
import { describe, expect, it } from 'vitest';
import { formatEndpoint } from '../packet.ts';
import { type Mode, recordedCapture } from '../testdata/captures.ts';
import { modes, scenarios } from '../testdata/recorded.ts';
import { traceSchema } from '../trace.ts';
import { observe } from './observe.ts';

const look = (mode: Mode, scenario: string) => {
  const { traces, problems } = observe(recordedCapture(mode, scenario));
  const [request, reply] = traces;
  return { request, reply, problems, ids: (trace: typeof request) => trace.hops.map(({ id }) => id) };
};

const marked = 'forward.client-node.prerouting.marked';

/** Hop ids without their direction: what both modes have in common. */
const paths: Readonly<Record<string, { request: string[]; reply: string[]; end: string; path: string }>> = {
  'nodeport-local-pod': {
    request: [
      'client.output.sent',
      'entry-node.prerouting.marked',
      'entry-node.prerouting.dnat',
      'entry-node.forward.routed',
      'entry-node.postrouting.snat',
      'pod.input.delivered',
    ],
    reply: [
      'pod.output.sent',
      'entry-node.prerouting.un-snat',
      'entry-node.forward.routed',
      'entry-node.postrouting.un-dnat',
      'client.input.delivered',
    ],
    end: 'delivered',
    path: 'pod-on-entry-node',
  },
  'nodeport-remote-pod': {
    request: [
      'client.output.sent',
      'entry-node.prerouting.marked',
      'entry-node.prerouting.dnat',
      'entry-node.forward.routed',
      'entry-node.postrouting.snat',
      'pod-node.forward.routed',
      'pod.input.delivered',
    ],
    reply: [
      'pod.output.sent',
      'pod-node.forward.routed',
      'entry-node.prerouting.un-snat',
      'entry-node.forward.routed',
      'entry-node.postrouting.un-dnat',
      'client.input.delivered',
    ],
    end: 'delivered',
    path: 'pod-on-other-node',
  },
  'local-with-pod': {
    request: [
      'client.output.sent',
      'entry-node.prerouting.dnat',
      'entry-node.forward.routed',
      'pod.input.delivered',
    ],
    reply: [
      'pod.output.sent',
      'entry-node.forward.routed',
      'entry-node.postrouting.un-dnat',
      'client.input.delivered',
    ],
    end: 'delivered',
    path: 'pod-on-entry-node',
  },
  'local-without-pod': {
    request: ['client.output.sent', 'entry-node.input.dropped'],
    reply: [],
    end: 'dropped',
    path: 'dropped',
  },
  'no-endpoints': {
    request: ['client.output.sent', 'entry-node.input.rejected'],
    reply: ['entry-node.output.sent', 'client.input.delivered'],
    end: 'rejected',
    path: 'rejected',
  },
  'wrong-targetport': {
    request: [
      'client.output.sent',
      'entry-node.prerouting.marked',
      'entry-node.prerouting.dnat',
      'entry-node.forward.routed',
      'entry-node.postrouting.snat',
      'pod.input.delivered',
    ],
    reply: [
      'pod.output.sent',
      'entry-node.prerouting.un-snat',
      'entry-node.forward.routed',
      'entry-node.postrouting.un-dnat',
      'client.input.delivered',
    ],
    end: 'reset',
    path: 'pod-on-entry-node-reset',
  },
  'pod-clusterip-same-node': {
    request: [
      'client-pod.output.sent',
      'client-node.prerouting.dnat',
      'client-node.forward.routed',
      'pod.input.delivered',
    ],
    reply: [
      'pod.output.sent',
      'client-node.forward.routed',
      'client-node.postrouting.un-dnat',
      'client-pod.input.delivered',
    ],
    end: 'delivered',
    path: 'pod-on-client-node',
  },
  'pod-clusterip-other-node': {
    request: [
      'client-pod.output.sent',
      'client-node.prerouting.dnat',
      'client-node.forward.routed',
      'pod-node.forward.routed',
      'pod.input.delivered',
    ],
    reply: [
      'pod.output.sent',
      'pod-node.forward.routed',
      'client-node.forward.routed',
      'client-node.postrouting.un-dnat',
      'client-pod.input.delivered',
    ],
    end: 'delivered',
    path: 'pod-on-other-node',
  },
  'udp-dns': {
    request: [
      'client-pod.output.sent',
      'client-node.prerouting.dnat',
      'client-node.forward.routed',
      'pod-node.forward.routed',
      'pod.input.delivered',
    ],
    reply: [
      'pod.output.sent',
      'pod-node.forward.routed',
      'client-node.forward.routed',
      'client-node.postrouting.un-dnat',
      'client-pod.input.delivered',
    ],
    end: 'delivered',
    path: 'pod-on-other-node',
  },
  'node-clusterip': {
    request: [
      'client-node.output.sent',
      'client-node.output.marked',
      'client-node.output.dnat',
      'client-node.postrouting.snat',
      'pod-node.forward.routed',
      'pod.input.delivered',
    ],
    reply: [
      'pod.output.sent',
      'pod-node.forward.routed',
      'client-node.prerouting.un-snat',
      'client-node.input.un-dnat',
      'client-node.input.delivered',
    ],
    end: 'delivered',
    path: 'pod-on-other-node',
  },
  hairpin: {
    request: [
      'client-pod.output.sent',
      'client-node.prerouting.dnat',
      'client-node.forward.routed',
      'client-node.postrouting.snat',
      'client-pod.input.delivered',
    ],
    reply: [
      'client-pod.output.sent',
      'client-node.prerouting.un-snat',
      'client-node.forward.routed',
      'client-node.postrouting.un-dnat',
      'client-pod.input.delivered',
    ],
    end: 'delivered',
    path: 'hairpin',
  },
};

it('every recorded scenario has its path here', () => {
  expect(Object.keys(paths).sort()).toEqual([...scenarios].sort());
});

describe.each(modes)('%s mode', (mode) => {
  it.each(Object.entries(paths))('%s: every hop of request and reply', (scenario, expected) => {
    const { request, reply, problems, ids } = look(mode, scenario);
    // Hairpin is the one path that the modes do differently: nftables mode masquerades by a set, without a mark.
    expect(ids(request).filter((id) => scenario !== 'hairpin' || id !== marked)).toEqual(
      expected.request.map((id) => `forward.${id}`),
    );
    expect(ids(reply)).toEqual(expected.reply.map((id) => `reply.${id}`));
    expect([request.end.kind, request.path, reply.path]).toEqual([
      expected.end,
      expected.path,
      expected.path,
    ]);
    expect(reply.end.kind).toBe(expected.reply.length === 0 ? 'unanswered' : 'delivered');
    expect(problems).toEqual([]);
  });

  it.each(scenarios)('%s: fits the schema, and every hop was observed with raw lines', (scenario) => {
    const { request, reply } = look(mode, scenario);
    for (const trace of [request, reply]) {
      expect(traceSchema.parse(trace)).toEqual(trace);
      for (const hop of trace.hops) {
        expect(hop.grade).toBe('observed');
        expect(hop.evidence[0]?.source).toBe('nft-trace');
        expect(hop.evidence[0]?.lines.length).toBeGreaterThan(0);
      }
    }
  });

  it.each(scenarios)('%s: each hop goes on with the packet as the hop before left it', (scenario) => {
    const { request, reply } = look(mode, scenario);
    for (const { hops } of [request, reply]) {
      for (const [at, hop] of hops.entries()) {
        const before = hops[at - 1];
        if (!before) continue;
        const left = before.after ?? before.packet;
        expect(formatEndpoint(hop.packet.source)).toBe(formatEndpoint(left.source));
        expect(formatEndpoint(hop.packet.destination)).toBe(formatEndpoint(left.destination));
      }
    }
  });
});

it('hairpin: iptables mode marks the packet, nftables mode knows the connection from a set', () => {
  expect(look('iptables', 'hairpin').ids(look('iptables', 'hairpin').request)).toContain(marked);
  const { request, ids } = look('nftables', 'hairpin');
  expect(ids(request)).not.toContain(marked);
  const snat = request.hops.find(({ action }) => action === 'snat');
  expect(snat?.rules.at(-1)?.text).toContain('@hairpin-connections masquerade');
});

describe('what the pod saw', () => {
  const peer = (mode: Mode, scenario: string) => {
    const { request } = look(mode, scenario);
    const last = request.hops.at(-1);
    return last && formatEndpoint(last.packet.source);
  };

  it.each<[Mode, string, RegExp]>([
    // Masqueraded: the node's address on the way to the pod.
    ['iptables', 'nodeport-local-pod', /^10\.244\.2\.1:30573$/],
    ['iptables', 'nodeport-remote-pod', /^172\.18\.0\.3:64855$/],
    ['nftables', 'nodeport-remote-pod', /^172\.18\.0\.4:43659$/],
    ['iptables', 'hairpin', /^10\.244\.2\.1:52946$/],
    ['nftables', 'hairpin', /^10\.244\.2\.1:7770$/],
    ['iptables', 'node-clusterip', /^172\.18\.0\.2:44892$/],
    // Not masqueraded: the asker itself.
    ['iptables', 'local-with-pod', /^172\.18\.0\.5:61911$/],
    ['nftables', 'local-with-pod', /^172\.18\.0\.5:61987$/],
    ['iptables', 'pod-clusterip-same-node', /^10\.244\.2\.3:61925$/],
    ['iptables', 'pod-clusterip-other-node', /^10\.244\.1\.2:61932$/],
    ['nftables', 'udp-dns', /^10\.244\.1\.2:48817$/],
  ])('%s %s: %s', (mode, scenario, expected) => {
    expect(peer(mode, scenario)).toMatch(expected);
  });

  it.each<[Mode, string]>([
    ['iptables', 'hairpin'],
    ['iptables', 'local-with-pod'],
    ['nftables', 'node-clusterip'],
    ['nftables', 'pod-clusterip-other-node'],
  ])('%s %s: is what the application answered', (mode, scenario) => {
    const answer = recordedCapture(mode, scenario).probe.result?.lines[0];
    expect(peer(mode, scenario)).toBe(answer);
  });
});

describe.each(modes)('%s mode: what the client saw', (mode) => {
  it('an answer comes from the address that it asked', () => {
    for (const scenario of scenarios) {
      const { request, reply } = look(mode, scenario);
      const got = reply.hops.at(-1)?.packet;
      if (!got || request.end.kind === 'rejected') continue;
      expect(got.source).toEqual(request.hops[0]?.packet.destination);
      expect(got.destination).toEqual(request.hops[0]?.packet.source);
    }
  });

  it('a rejected request is answered by the node, with ICMP port unreachable', () => {
    const { reply } = look(mode, 'no-endpoints');
    expect(reply.hops.map(({ packet }) => packet.icmp)).toEqual(['port-unreachable', 'port-unreachable']);
    expect(reply.end.text).toBe('received ICMP port-unreachable: refused');
  });

  it('a wrong targetPort is answered by the pod, with RST', () => {
    const { request, reply } = look(mode, 'wrong-targetport');
    expect(request.hops.at(-1)?.packet.destination.port).toBe(9999);
    expect(reply.hops.map(({ packet }) => packet.flags)).toEqual(Array(5).fill('rst ack'));
  });

  it('a dropped request is sent again: a note, not a second path', () => {
    const { request } = look(mode, 'local-without-pod');
    expect(request.notes.map(({ text }) => text)).toEqual([
      expect.stringMatching(/^sent again, on c-client/),
      expect.stringMatching(/^sent again, on c\d-worker/),
    ]);
  });

  it('an ICMP redirect is a note of the request, not its answer', () => {
    const { request, reply } = look(mode, 'nodeport-remote-pod');
    expect(request.notes.map(({ text }) => text)).toEqual([
      expect.stringMatching(/sent an ICMP redirect to 172\.18\.0\.5/),
    ]);
    expect(reply.notes).toEqual([]);
  });
});
