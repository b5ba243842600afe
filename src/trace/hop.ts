/** One place where the probe's packet was seen or changed. */
import { z } from 'zod';
import { packetSchema } from './packet.ts';

/**
 * Roles, never names: the same path has the same roles on every cluster. `entry-node` is the node whose
 * address the client asked, `client-node` the node that the client pod (or process) is on, `pod-node` the
 * node of the answering pod. A place that has two roles keeps the first it had on the way: the client pod that
 * asks itself through a Service stays `client-pod`, a node that gets its packet back stays what it was.
 */
export const roleSchema = z.enum(['client', 'client-pod', 'client-node', 'entry-node', 'pod-node', 'pod']);
export type Role = z.infer<typeof roleSchema>;

/** A network namespace that the packet is in. */
export const placeSchema = z.strictObject({
  role: roleSchema,
  /** Container, node or pod name on this cluster. */
  name: z.string(),
});
export type Place = z.infer<typeof placeSchema>;

/** The netfilter hooks, in the order of the kernel (linux/netfilter.h). */
export const hookSchema = z.enum(['prerouting', 'input', 'forward', 'output', 'postrouting']);
export type Hook = z.infer<typeof hookSchema>;

/**
 * What was done to the packet there.
 * - `sent`, `delivered`: a socket of this namespace wrote or got it.
 * - `marked`: chosen for masquerade, addresses unchanged.
 * - `dnat`, `snat`: first packet of a connection; a rule changed destination or source.
 * - `un-snat`, `un-dnat`: a reply; conntrack restored destination or source, no rule is run for it.
 * - `routed`: passed from one interface to another.
 * - `dropped`, `rejected`: the path ends here, silently or with an answer.
 */
export const actionSchema = z.enum([
  'sent',
  'marked',
  'dnat',
  'routed',
  'snat',
  'un-snat',
  'un-dnat',
  'delivered',
  'dropped',
  'rejected',
]);
export type Action = z.infer<typeof actionSchema>;

/** A rule that the packet met, as the node's own tools print it. */
export const ruleSchema = z.strictObject({
  /** `ip nat`, `ip kube-proxy`. */
  table: z.string(),
  chain: z.string(),
  /** nftables handle; the same number as in `nft -a list ruleset`. */
  handle: z.int().optional(),
  /** Readable text: with the iptables comment where there is one. */
  text: z.string(),
  /** `continue`, `jump KUBE-SVC-…`, `accept`, `drop`. */
  verdict: z.string().optional(),
});
export type Rule = z.infer<typeof ruleSchema>;

/**
 * - `observed`: a line that this very packet caused (nft trace, conntrack event, capture).
 * - `inferred`: follows from a look-up (route, neighbour, map) that the packet itself did not confirm.
 * - `unobserved`: nothing was recorded here. A prediction has only this grade.
 */
export const gradeSchema = z.enum(['observed', 'inferred', 'unobserved']);
export type Grade = z.infer<typeof gradeSchema>;

/** The raw lines on which a statement about this hop rests. */
export const evidenceLinesSchema = z.strictObject({
  source: z.enum([
    'nft-trace',
    'conntrack-event',
    'conntrack-entry',
    'counter',
    'route',
    'neighbour',
    'link',
    'ruleset',
    'http',
  ]),
  lines: z.array(z.string()),
  /** How far the lines confirm it; left out: observed. A look-up is inferred until iif, oif or a MAC confirms it. */
  grade: gradeSchema.optional(),
});
export type EvidenceLines = z.infer<typeof evidenceLinesSchema>;

export const hopSchema = z.strictObject({
  /** `<forward|reply>.<role>.<hook>.<action>`: says the same thing in text, picture, terminal and evidence. */
  id: z.string().regex(/^(forward|reply)(\.[a-z-]+){3}(\.\d+)?$/),
  place: placeSchema,
  hook: hookSchema,
  action: actionSchema,
  /** The packet as it came to this hop. */
  packet: packetSchema,
  /** The packet as it left, where the hop changed it. */
  after: packetSchema.optional(),
  /** Interfaces by name. Which pod is behind a node's veth: the place of the hop before or after says it. */
  in: z.string().optional(),
  out: z.string().optional(),
  /** Next hop of the route that was chosen, where there is a gateway. */
  via: z.string().optional(),
  /** Rules met at this hop, in order. */
  rules: z.array(ruleSchema),
  grade: gradeSchema,
  evidence: z.array(evidenceLinesSchema),
  /** Why a prediction has this hop: the sentence, and where upstream says so (file and version, or KEP). */
  because: z.strictObject({ text: z.string(), source: z.string() }).optional(),
});
export type Hop = z.infer<typeof hopSchema>;
