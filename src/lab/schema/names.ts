/** Identifiers that labs, chapters and evidence share. */
import { z } from 'zod';
import { podNetworkNames } from '../../cluster/shape.ts';

/** `03-nodeport`: the folder under labs/ and the chapter under content/docs have this name. */
export const labIdSchema = z
  .string()
  .regex(/^\d{2}-[a-z0-9]+(-[a-z0-9]+)*$/, 'expected NN-name, like 03-nodeport');

/** Steps, checks, gates and faults: lower case words joined by hyphens. */
export const idSchema = z
  .string()
  .max(48)
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'expected lower case words joined by hyphens');

export const proxyModes = ['iptables', 'nftables'] as const;
export const proxyModeSchema = z.enum(proxyModes);
export type ProxyMode = z.infer<typeof proxyModeSchema>;

export const podNetworkSchema = z.enum(podNetworkNames);
export type PodNetworkName = z.infer<typeof podNetworkSchema>;

/**
 * Where a command runs:
 * `you` is the person's machine (kubectl, docker), `docker-host` the network namespace in which Docker has its bridges
 * (not the person's own on macOS and Windows), `client` the container outside the cluster, `node/worker2` a node by its role, `pod/NAME` inside a pod's first container, `netns/NAME` on the pod's node but in the pod's network
 * namespace (needs no tools in the pod's image). NAME is a pod name or an expression in braces.
 */
export const placeSchema = z
  .string()
  .regex(
    /^(you|docker-host|client|node\/(control-plane|worker\d?)|(pod|netns)\/.+)$/,
    'expected you, docker-host, client, node/ROLE, pod/NAME or netns/NAME',
  );
export type Place = z.infer<typeof placeSchema>;

export const nodeRoleSchema = z
  .string()
  .regex(/^(control-plane|worker\d?)$/, 'expected control-plane, worker or worker2');

/**
 * JSONata over what is known: `cluster`, `client`, `nodes`, `pods`, `services`, `steps` (see src/lab/expression.ts).
 * In commands and URLs an expression stands in double braces: `{{ nodes.worker.ip }}`.
 */
export const expressionSchema = z.string().min(1);

/** Text in which `{{ … }}` is replaced by the value of the expression. */
export const templateSchema = z.string().min(1);

/**
 * Restricts a part of a lab (step, check, gate, fault, manifest) to the cells that it is about: those of a proxy mode,
 * of a pod network or of several, or of both together.
 */
export const whenSchema = z
  .strictObject({
    proxyMode: proxyModeSchema.optional(),
    podNetwork: z
      .union(
        [podNetworkSchema, z.array(podNetworkSchema).min(1)],
        `expected ${podNetworkNames.join(', ')}, or a list of them`,
      )
      .optional(),
  })
  .refine((when) => Object.keys(when).length > 0, 'expected proxyMode, podNetwork or both');
export type When = z.infer<typeof whenSchema>;
