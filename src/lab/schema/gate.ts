/**
 * A gate: something that must be true before the lab goes on, awaited with a deadline. `rollout status` alone
 * lies: a Service is ready when its endpoints are listed, the rules are on the nodes, and a probe answers.
 */
import { z } from 'zod';
import {
  idSchema,
  nodeRoleSchema,
  placeSchema,
  proxyModeSchema,
  templateSchema,
  whenSchema,
} from './names.ts';

const common = {
  id: idSchema,
  claim: z.string().min(10),
  when: whenSchema.optional(),
  /** Seconds. */
  timeoutS: z.int().positive().default(60),
};

export const gateSchema = z.discriminatedUnion('kind', [
  /** The Service's EndpointSlices list exactly this many ready endpoints. */
  z.strictObject({ kind: z.literal('endpoints'), ...common, service: z.string(), ready: z.int().min(0) }),
  /**
   * kube-proxy's rules on these nodes send the Service to each of its ready endpoints, and to no other. Where none is
   * ready: to those that are terminating and still serve (KEP-1669); without any: the Service's reject rule is there.
   */
  z.strictObject({
    kind: z.literal('programmed'),
    ...common,
    service: z.string(),
    on: z.array(nodeRoleSchema).min(1),
    /** Namespace of the Service, where it is not the lab's own. */
    namespace: z.string().optional(),
    /** The mode that kube-proxy works in, where the lab has changed it. */
    proxyMode: proxyModeSchema.optional(),
  }),
  /** A probe with a new source port gets an HTTP answer. */
  z.strictObject({ kind: z.literal('answers'), ...common, from: placeSchema, url: templateSchema }),
  /** Exactly this many nodes are Ready; all others are NotReady, as they are until they have a pod network. */
  z.strictObject({ kind: z.literal('nodes'), ...common, ready: z.int().min(0) }),
  /** Exactly this many pods with the label are Running and Ready, and none other is left (terminating ones included). */
  z.strictObject({ kind: z.literal('pods'), ...common, selector: z.string(), ready: z.int().min(0) }),
]);
export type Gate = z.infer<typeof gateSchema>;
