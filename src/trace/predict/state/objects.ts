/**
 * The subset of `kubectl get -o json` that decides where a packet goes. Unknown fields are ignored, and what
 * the API server would have filled in has the same default here, so that manifests read as well as dumps.
 */
import { z } from 'zod';

const metadataSchema = z.object({
  name: z.string(),
  namespace: z.string().default('default'),
  labels: z.record(z.string(), z.string()).nullish(),
});

const transportSchema = z.enum(['TCP', 'UDP', 'SCTP']).default('TCP');

/** core/v1. */
export const serviceSchema = z.object({
  metadata: metadataSchema,
  spec: z.object({
    type: z.enum(['ClusterIP', 'NodePort', 'LoadBalancer', 'ExternalName']).default('ClusterIP'),
    clusterIP: z.string().optional(),
    clusterIPs: z.array(z.string()).nullish(),
    ipFamilies: z.array(z.enum(['IPv4', 'IPv6'])).nullish(),
    externalName: z.string().optional(),
    externalIPs: z.array(z.string()).nullish(),
    loadBalancerSourceRanges: z.array(z.string()).nullish(),
    externalTrafficPolicy: z.enum(['Cluster', 'Local']).nullish(),
    internalTrafficPolicy: z.enum(['Cluster', 'Local']).nullish(),
    sessionAffinity: z.enum(['None', 'ClientIP']).default('None'),
    healthCheckNodePort: z.int().optional(),
    ports: z
      .array(
        z.object({
          name: z.string().default(''),
          protocol: transportSchema,
          port: z.int(),
          targetPort: z.union([z.int(), z.string()]).optional(),
          nodePort: z.int().default(0),
        }),
      )
      .nullish(),
  }),
  status: z
    .object({
      loadBalancer: z
        .object({
          ingress: z
            .array(z.object({ ip: z.string().optional(), ipMode: z.enum(['VIP', 'Proxy']).nullish() }))
            .nullish(),
        })
        .nullish(),
    })
    .nullish(),
});
export type Service = z.infer<typeof serviceSchema>;

const namedSchema = z.object({ name: z.string() });

/** discovery.k8s.io/v1. */
export const endpointSliceSchema = z.object({
  metadata: metadataSchema,
  addressType: z.string(),
  endpoints: z
    .array(
      z.object({
        addresses: z.array(z.string()),
        conditions: z
          .object({
            ready: z.boolean().nullish(),
            serving: z.boolean().nullish(),
            terminating: z.boolean().nullish(),
          })
          .nullish(),
        nodeName: z.string().nullish(),
        targetRef: z
          .object({
            kind: z.string().optional(),
            name: z.string().optional(),
            namespace: z.string().optional(),
          })
          .nullish(),
        hints: z
          .object({ forZones: z.array(namedSchema).nullish(), forNodes: z.array(namedSchema).nullish() })
          .nullish(),
      }),
    )
    .nullish(),
  ports: z
    .array(
      z.object({ name: z.string().nullish(), port: z.int().nullish(), protocol: transportSchema.nullish() }),
    )
    .nullish(),
});
export type EndpointSlice = z.infer<typeof endpointSliceSchema>;

/** core/v1. */
export const nodeSchema = z.object({
  metadata: metadataSchema,
  spec: z.object({ podCIDR: z.string().optional(), podCIDRs: z.array(z.string()).nullish() }).default({}),
  status: z
    .object({ addresses: z.array(z.object({ type: z.string(), address: z.string() })).nullish() })
    .default({}),
});
export type Node = z.infer<typeof nodeSchema>;

/** networking.k8s.io/v1. */
export const serviceCIDRSchema = z.object({
  spec: z.object({ cidrs: z.array(z.string()).nullish() }).default({}),
});

const containerSchema = z.object({
  ports: z.array(z.object({ containerPort: z.int(), protocol: transportSchema })).nullish(),
});

/** core/v1. */
export const podSchema = z.object({
  metadata: metadataSchema,
  spec: z.object({
    nodeName: z.string().optional(),
    hostNetwork: z.boolean().default(false),
    containers: z.array(containerSchema).default([]),
    initContainers: z.array(containerSchema).nullish(),
  }),
  status: z
    .object({
      phase: z.string().optional(),
      podIP: z.string().optional(),
      podIPs: z.array(z.object({ ip: z.string() })).nullish(),
    })
    .default({}),
});
export type Pod = z.infer<typeof podSchema>;
