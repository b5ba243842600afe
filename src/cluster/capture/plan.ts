/** From what is asked to what is watched: which containers, which pods, which packet. */
import { canonical, familyOf } from '../../trace/predict/address.ts';
import { formatClient, type ProbeRequest } from '../../trace/predict/probe.ts';
import { type Resolved, runningPod } from '../../trace/predict/resolve.ts';
import { type ClusterState, podIps } from '../../trace/predict/state/state.ts';
import type { TracedClient, TracedCluster } from '../traced-cluster.ts';
import type { CapturePlan, WatchedContainer } from './capture.ts';
import { payloadOf, requestPath } from './payload.ts';

type Destination = Extract<Resolved, { kind: 'destinations' }>['destinations'][number];

interface WatchedPod {
  readonly name: string;
  readonly ip: string;
  readonly node: string;
}

/**
 * @param client the container that asks from outside; needed when the probe is from there.
 * @param destination one of those that the target resolves to.
 */
export function planCapture(
  state: ClusterState,
  cluster: Pick<TracedCluster, 'nodes'>,
  client: TracedClient | undefined,
  request: ProbeRequest,
  { ip, port }: Destination,
  timeoutS: number,
): CapturePlan {
  const v6 = familyOf(ip) === 'IPv6';
  const pods = podsToWatch(state, request, ip, port);
  const outside: WatchedContainer[] =
    request.client.kind === 'outside' && client !== undefined
      ? [{ kind: 'client', name: client.name, pods: [] }]
      : [];
  const nodes = cluster.nodes.map(
    (name): WatchedContainer => ({ kind: 'node', name, pods: pods.filter(({ node }) => node === name) }),
  );
  return {
    proxyMode: state.kubeProxy.mode,
    asked: { protocol: request.protocol, from: formatClient(request.client), target: request.text },
    containers: [...outside, ...nodes],
    from: originOf(state, request, client),
    flow: { family: v6 ? 'ip6' : 'ip', protocol: request.protocol, destination: { ip, port } },
    url: `${/^https:/.test(request.text) ? 'https' : 'http'}://${v6 ? `[${ip}]` : ip}:${port}${requestPath(request.text)}`,
    ...(request.protocol === 'udp' ? { payload: payloadOf(request.text, port) } : {}),
    timeoutS,
  };
}

/** A pod with hostNetwork is a process on its node. */
function originOf(state: ClusterState, { client }: ProbeRequest, outside: TracedClient | undefined): string {
  if (client.kind === 'outside') return outside?.name ?? '';
  if (client.kind === 'node') return client.name;
  const { spec } = runningPod(state, client);
  return spec.hostNetwork ? (spec.nodeName ?? '') : client.name;
}

/** Pods that the request may start from or come to, and that have a network namespace of their own. */
function podsToWatch(
  state: ClusterState,
  { client, target }: ProbeRequest,
  ip: string,
  port: number,
): WatchedPod[] {
  const services = [...state.servicesAt(ip), ...state.servicesOnNodePort(port)].map(
    ({ metadata }) => metadata,
  );
  if (target.kind === 'service' || target.kind === 'load-balancer') services.push({ ...target, labels: {} });
  const addresses = services.flatMap(({ namespace, name }) =>
    state
      .slicesOf(namespace, name)
      .flatMap(({ endpoints }) => (endpoints ?? []).flatMap((endpoint) => endpoint.addresses)),
  );
  const asking = client.kind === 'pod' ? state.pod(client.namespace, client.name) : undefined;
  const pods = [
    ...(asking === undefined ? [] : [asking]),
    ...[ip, ...new Set(addresses.map(canonical))].flatMap((address) => state.podsAt(address)),
  ];
  const watched = new Map<string, WatchedPod>();
  for (const pod of pods) {
    const [address] = podIps(pod);
    const { nodeName, hostNetwork } = pod.spec;
    if (hostNetwork || address === undefined || !nodeName) continue;
    watched.set(address, { name: pod.metadata.name, ip: address, node: nodeName });
  }
  return [...watched.values()];
}
