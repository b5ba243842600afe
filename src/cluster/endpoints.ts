/** Endpoints of one Service, from its EndpointSlices. */
import { z } from 'zod';
import type { Exec } from '../host/exec.ts';
import { type Cluster, kubectlJson } from './cluster.ts';
import type { ServiceOnNode } from './programmed.ts';

const slices = z.object({
  items: z.array(
    z.object({
      ports: z.array(z.object({ port: z.number().nullish() })).nullish(),
      endpoints: z
        .array(
          z.object({
            addresses: z.array(z.string()),
            nodeName: z.string().optional(),
            conditions: z.object({ ready: z.boolean().nullish() }).optional(),
          }),
        )
        .nullish(),
    }),
  ),
});

const service = z.object({
  spec: z.object({
    externalTrafficPolicy: z.enum(['Cluster', 'Local']).optional(),
    ports: z.array(z.object({ nodePort: z.number().optional() })).optional(),
  }),
});

export interface ReadyEndpoint {
  /** `10.244.1.2:8080` */
  readonly address: string;
  readonly node: string | undefined;
}

/** A missing `ready` condition means ready (discovery.k8s.io/v1, EndpointConditions). */
export async function readyEndpoints(
  exec: Exec,
  cluster: Cluster,
  namespace: string,
  name: string,
): Promise<readonly ReadyEndpoint[]> {
  const args = [
    'get',
    'endpointslices',
    `--namespace=${namespace}`,
    `--selector=kubernetes.io/service-name=${name}`,
  ];
  const { items } = slices.parse(await kubectlJson(exec, cluster, args));
  return items.flatMap((slice) =>
    (slice.endpoints ?? [])
      .filter((endpoint) => endpoint.conditions?.ready !== false)
      .flatMap((endpoint) =>
        endpoint.addresses.flatMap((ip) =>
          (slice.ports ?? []).map(({ port }) => ({
            address: ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`,
            node: endpoint.nodeName,
          })),
        ),
      ),
  );
}

/** What kube-proxy should have programmed for the Service, seen from one node. */
export async function wantedRules(
  exec: Exec,
  cluster: Cluster,
  namespace: string,
  name: string,
): Promise<(node: string) => ServiceOnNode> {
  const [endpoints, { spec }] = await Promise.all([
    readyEndpoints(exec, cluster, namespace, name),
    kubectlJson(exec, cluster, ['get', 'service', name, `--namespace=${namespace}`]).then((json) =>
      service.parse(json),
    ),
  ]);
  return (node) => ({
    service: `${namespace}/${name}`,
    endpoints: endpoints.map(({ address }) => address),
    local: endpoints.filter((endpoint) => endpoint.node === node).map(({ address }) => address),
    externalTrafficPolicy: spec.externalTrafficPolicy ?? 'Cluster',
    nodePort: spec.ports?.[0]?.nodePort,
  });
}
