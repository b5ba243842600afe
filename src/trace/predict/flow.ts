/** A packet with concrete addresses, while its way through the cluster is worked out. */
import type { Port, Protocol } from '../packet.ts';

/** ICMP has no port. */
export interface End {
  readonly ip: string;
  readonly port?: Port;
}

/** A `Packet` whose addresses are known. */
export interface Flow {
  readonly protocol: Protocol;
  readonly source: End;
  readonly destination: End;
  readonly flags?: string;
  readonly icmp?: string;
}

/** The same address and port; two open ports are the same when their reason is. */
export function sameEnd(a: End, b: End): boolean {
  return a.ip === b.ip && samePort(a.port, b.port);
}

function samePort(a: Port | undefined, b: Port | undefined): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}

/** The number of a port that is known; of a packet without one, 0. */
export function portNumber({ port }: End): number {
  return typeof port === 'number' ? port : 0;
}
