/** The first packet of an answer, and who sends it. */
import { familyOf } from '../address.ts';
import type { Flow } from '../flow.ts';
import { type Because, because, upstream } from '../sources.ts';

/** Why a listener sends. */
export const answered = because('the answer goes to the source that was seen', upstream.routing);

/** Why the kernel sends in place of a listener. */
export function refused({ protocol }: Flow): Because {
  return protocol === 'tcp'
    ? because('nothing listens: the kernel resets the connection', upstream.tcp)
    : because('nothing listens: the kernel answers port unreachable', upstream.udp);
}

/** SYN-ACK, or the datagram of an answer. */
export function answerOf({ protocol, source, destination }: Flow): Flow {
  const flags = protocol === 'tcp' ? { flags: 'syn ack' } : {};
  return { protocol, source: destination, destination: source, ...flags };
}

/** What the kernel says for a port that nothing listens on: a reset for TCP, port unreachable for UDP. */
export function refusalOf(arrived: Flow): Flow {
  const { protocol, source, destination } = arrived;
  if (protocol === 'tcp') return { protocol, source: destination, destination: source, flags: 'rst ack' };
  return icmpError(arrived, destination.ip);
}

/** Port unreachable, to who sent the packet. */
export function icmpError({ source }: Flow, from: string): Flow {
  const protocol = familyOf(source.ip) === 'IPv6' ? 'icmpv6' : 'icmp';
  return { protocol, source: { ip: from }, destination: { ip: source.ip }, icmp: 'port-unreachable' };
}
