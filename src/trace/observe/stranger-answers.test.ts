/** An answer from somebody whom the client did not ask. */
import { describe, expect, it } from 'vitest';
import { capture, lines, node, tell } from '../testdata/trace-lines.ts';
import type { CapturedPlace } from './capture.ts';

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
