/** The path of one probe in one direction. */
import { z } from 'zod';
import { hopSchema } from './hop.ts';
import { protocolSchema } from './packet.ts';

/** Raised when a field changes its meaning or goes; readers refuse what they don't know. */
export const traceSchemaVersion = 1;

/**
 * How the path ends.
 * - `delivered`: a socket got the packet (the listener for a request, the client for a reply).
 * - `dropped`: nothing comes back; the client times out.
 * - `rejected`: the node answers with ICMP port unreachable; the client is refused at once.
 * - `reset`: the packet got to the pod, and nothing listens on that port: the pod's kernel answers RST
 *   (UDP: ICMP port unreachable). The last hop is still `input.delivered`: the packet came there.
 * - `no-path`: nothing is sent on this path at all (ExternalName, a name that does not resolve).
 * - `unanswered`: a reply direction that never was, because the request was dropped.
 */
export const endSchema = z.strictObject({
  kind: z.enum(['delivered', 'dropped', 'rejected', 'reset', 'no-path', 'unanswered']),
  /** One sentence for a person: which rule or object ended the path. */
  text: z.string(),
});
export type End = z.infer<typeof endSchema>;

export const proxyModeSchema = z.enum(['iptables', 'nftables', 'ipvs', 'none']);
export type ProxyMode = z.infer<typeof proxyModeSchema>;

/** What was asked, from where. */
export const probeSchema = z.strictObject({
  protocol: protocolSchema,
  /** `outside`, `pod/NS/NAME` or `node/NAME`. */
  from: z.string(),
  /** As it was typed: `http://172.31.77.4:30080/hostname`, `http://svc/shop/cart:80/`. */
  target: z.string(),
});
export type Probe = z.infer<typeof probeSchema>;

export const traceSchema = z.strictObject({
  schema: z.literal(traceSchemaVersion),
  direction: z.enum(['request', 'reply']),
  /** Request and reply of one path have the same name: `pod-on-entry-node`, `pod-on-other-node`, `rejected`. */
  path: z.string(),
  proxyMode: proxyModeSchema,
  probe: probeSchema,
  hops: z.array(hopSchema),
  end: endSchema,
  /** Lines that belong to this probe but to no hop: ICMP redirects, retransmits, what a parser did not know. */
  notes: z.array(z.strictObject({ text: z.string(), lines: z.array(z.string()) })),
});
export type Trace = z.infer<typeof traceSchema>;

export const divergenceSchema = z.strictObject({
  /** Id of the first hop that differs; the predicted one where both have one. */
  hop: z.string(),
  /** `predicted DNAT to one of 10.244.1.2, 10.244.2.2; node worker2 had no rule for port 30080`. */
  sentence: z.string(),
});
export type Divergence = z.infer<typeof divergenceSchema>;

/** What `npm run trace -- --json` prints. */
export const traceReportSchema = z.strictObject({
  schema: z.literal(traceSchemaVersion),
  predicted: z.array(traceSchema),
  observed: z.array(traceSchema),
  verdict: z.enum(['equal', 'diverged']),
  divergence: divergenceSchema.optional(),
});
export type TraceReport = z.infer<typeof traceReportSchema>;
