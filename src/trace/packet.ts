/** A packet as it was at one place: addresses, ports, and what tells one kind of packet from another. */
import { z } from 'zod';

/**
 * An address. In a prediction it may be a set, because kube-proxy picks an endpoint at random; what was
 * observed is always one address.
 */
export const ipSchema = z.union([
  z.union([z.ipv4(), z.ipv6()]),
  z.strictObject({ oneOf: z.array(z.union([z.ipv4(), z.ipv6()])).min(1) }),
]);
export type Ip = z.infer<typeof ipSchema>;

/** A port. In a prediction it may be open: the reason stands in `any` ("ephemeral", "masquerade fully-random"). */
export const portSchema = z.union([
  z.int().min(0).max(65535),
  z.strictObject({ oneOf: z.array(z.int().min(0).max(65535)).min(1) }),
  z.strictObject({ any: z.string() }),
]);
export type Port = z.infer<typeof portSchema>;

/** One end of a packet. ICMP has no ports. */
export const endpointSchema = z.strictObject({ ip: ipSchema, port: portSchema.optional() });
export type Endpoint = z.infer<typeof endpointSchema>;

export const protocolSchema = z.enum(['tcp', 'udp', 'icmp', 'icmpv6']);
export type Protocol = z.infer<typeof protocolSchema>;

export const packetSchema = z.strictObject({
  protocol: protocolSchema,
  source: endpointSchema,
  destination: endpointSchema,
  /** TCP flags in the order of the header: `syn`, `syn ack`, `rst ack`. */
  flags: z.string().optional(),
  /** What an ICMP packet says: `port-unreachable`, `redirect`. */
  icmp: z.string().optional(),
  /** Time to live, or hop limit. Unknown in a prediction. */
  ttl: z.int().min(0).max(255).optional(),
});
export type Packet = z.infer<typeof packetSchema>;

/** `10.244.1.2:8080`, `[fd00::2]:8080`, `10.244.1.2|10.244.2.2:8080`; `*` where a prediction leaves it open. */
export function formatEndpoint({ ip, port }: Endpoint): string {
  const address = typeof ip === 'string' ? ip : ip.oneOf.join('|');
  if (port === undefined) return address;
  const number = typeof port === 'number' ? String(port) : 'oneOf' in port ? port.oneOf.join('|') : '*';
  return `${address.includes(':') ? `[${address}]` : address}:${number}`;
}
