/** Endpoints of one Service, from its EndpointSlices. */
import { z } from 'zod';
import type { Exec } from '../host/exec.ts';
import { readyOrTerminating } from '../trace/predict/kube-proxy/categorize.ts';
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
            conditions: z
              .object({
                ready: z.boolean().nullish(),
                serving: z.boolean().nullish(),
                terminating: z.boolean().nullish(),
              })
              .optional(),
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

export interface Endpoint {
  /** `10.244.1.2:8080` */
  readonly address: string;
  readonly node: string | undefined;
  readonly ready: boolean;
  readonly serving: boolean;
  readonly terminating: boolean;
}

export async function readyEndpoints(
  exec: Exec,
  cluster: Cluster,
  namespace: string,
  name: string,
): Promise<readonly Endpoint[]> {
  return (await listedEndpoints(exec, cluster, namespace, name)).filter(({ ready }) => ready);
}

/** Missing conditions mean ready, serving and not terminating (discovery.k8s.io/v1, EndpointConditions). */
async function listedEndpoints(
  exec: Exec,
  cluster: Cluster,
  namespace: string,
  name: string,
): Promise<readonly Endpoint[]> {
  const args = [
    'get',
    'endpointslices',
    `--namespace=${namespace}`,
    `--selector=kubernetes.io/service-name=${name}`,
  ];
  const { items } = slices.parse(await kubectlJson(exec, cluster, args));
  return items.flatMap((slice) =>
    (slice.endpoints ?? []).flatMap(({ addresses, nodeName, conditions }) =>
      addresses.flatMap((ip) =>
        (slice.ports ?? []).map(({ port }) => ({
          address: ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`,
          node: nodeName,
          ready: conditions?.ready ?? true,
          serving: conditions?.serving ?? true,
          terminating: conditions?.terminating ?? false,
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
  const [listed, { spec }] = await Promise.all([
    listedEndpoints(exec, cluster, namespace, name),
    kubectlJson(exec, cluster, ['get', 'service', name, `--namespace=${namespace}`]).then((json) =>
      service.parse(json),
    ),
  ]);
  const addresses = (endpoints: readonly Endpoint[]) =>
    readyOrTerminating(endpoints).map(({ address }) => address);
  return (node) => ({
    service: `${namespace}/${name}`,
    endpoints: addresses(listed),
    local: addresses(listed.filter((endpoint) => endpoint.node === node)),
    externalTrafficPolicy: spec.externalTrafficPolicy ?? 'Cluster',
    nodePort: spec.ports?.[0]?.nodePort,
  });
}
