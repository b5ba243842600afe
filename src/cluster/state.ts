/** What the cluster is like now: names and addresses by role. */
import { z } from 'zod';
import type { Exec } from '../host/exec.ts';
import { type Cluster, clientName, kubectlJson, nodeName } from './cluster.ts';
import { clientAddress } from './network.ts';
import { nodeRoles } from './shape.ts';

const metadata = z.object({
  name: z.string(),
  labels: z.record(z.string(), z.string()).optional(),
  deletionTimestamp: z.string().optional(),
});

const nodeList = z.object({
  items: z.array(
    z.object({
      metadata,
      spec: z.object({ podCIDR: z.string().optional() }),
      status: z.object({ addresses: z.array(z.object({ type: z.string(), address: z.string() })) }),
    }),
  ),
});

const podList = z.object({
  items: z.array(
    z.object({
      metadata,
      spec: z.object({ nodeName: z.string().optional() }),
      status: z.object({
        podIP: z.string().optional(),
        conditions: z.array(z.object({ type: z.string(), status: z.string() })).optional(),
      }),
    }),
  ),
});

const serviceList = z.object({
  items: z.array(
    z.object({
      metadata,
      spec: z.object({
        clusterIP: z.string().optional(),
        externalTrafficPolicy: z.string().optional(),
        ports: z
          .array(
            z.object({
              port: z.number(),
              targetPort: z.union([z.number(), z.string()]),
              nodePort: z.number().optional(),
            }),
          )
          .optional(),
      }),
    }),
  ),
});

export interface PodState {
  readonly name: string;
  readonly app: string;
  readonly node: string;
  readonly ip: string;
  readonly ready: boolean;
}

export interface ServiceState {
  readonly clusterIP: string;
  readonly ports: { port: number; targetPort: number | string; nodePort?: number }[];
}

export interface NodeState {
  readonly name: string;
  readonly ip: string;
  readonly podCIDR?: string;
  /** First address of the podCIDR: host-local's gateway, on the node's end of every veth pair (`ptp`). */
  readonly podSideIp?: string;
}

/** Cluster, nodes and client: they don't change while the cluster lives. */
export async function lookAtNodes(exec: Exec, cluster: Cluster) {
  const { items } = nodeList.parse(await kubectlJson(exec, cluster, ['get', 'nodes']));
  const nodes: Record<string, NodeState> = {};
  for (const role of nodeRoles(cluster.shape)) {
    const node = items.find((item) => item.metadata.name === nodeName(cluster, role));
    const ip = node?.status.addresses.find(({ type }) => type === 'InternalIP')?.address;
    if (node === undefined || ip === undefined)
      throw new Error(`node ${nodeName(cluster, role)} has no InternalIP`);
    const { podCIDR } = node.spec;
    nodes[role] = {
      name: node.metadata.name,
      ip,
      ...(podCIDR === undefined ? {} : { podCIDR, podSideIp: podCIDR.replace(/\.0\/\d+$/, '.1') }),
    };
  }
  const { name, image, network } = cluster;
  return {
    cluster: { name, image },
    client: { name: clientName(cluster), ip: clientAddress(network.subnet) },
    nodes,
  };
}

/** Pods (those being deleted left out) and Services of one namespace. */
export async function lookAtWorkload(exec: Exec, cluster: Cluster, namespace: string) {
  const inNamespace = [`--namespace=${namespace}`];
  const [pods, services] = await Promise.all([
    kubectlJson(exec, cluster, ['get', 'pods', ...inNamespace]).then((json) => podList.parse(json)),
    kubectlJson(exec, cluster, ['get', 'services', ...inNamespace]).then((json) => serviceList.parse(json)),
  ]);
  return {
    pods: pods.items
      .filter((pod) => pod.metadata.deletionTimestamp === undefined)
      .map(
        (pod): PodState => ({
          name: pod.metadata.name,
          app: pod.metadata.labels?.app ?? '',
          node: (pod.spec.nodeName ?? '').replace(`${cluster.name}-`, ''),
          ip: pod.status.podIP ?? '',
          ready:
            pod.status.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false,
        }),
      )
      .sort((a, b) => a.node.localeCompare(b.node) || a.name.localeCompare(b.name)),
    services: Object.fromEntries(
      services.items.map((service): [string, ServiceState] => [
        service.metadata.name,
        {
          clusterIP: service.spec.clusterIP ?? '',
          ports: (service.spec.ports ?? []).map(({ port, targetPort, nodePort }) =>
            nodePort === undefined ? { port, targetPort } : { port, targetPort, nodePort },
          ),
        },
      ]),
    ),
  };
}
