/** A node that asks by itself, and one whose packet leaves for a machine that nobody watches. */
import { describe, expect, it } from 'vitest';
import { capture, lines, node, tell } from '../testdata/trace-lines.ts';

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
