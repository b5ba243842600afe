/**
 * From the cluster's objects to all the ways a request may take: what kube-proxy's rules, the pod network and
 * the kernel make of it, in the same Traces as those that are observed, but without evidence.
 */
import { type Trace, traceSchemaVersion } from '../trace.ts';
import { canonical, familyOf, isLoopback } from './address.ts';
import { PredictionError } from './errors.ts';
import type { Flow } from './flow.ts';
import type { Destination } from './headless.ts';
import { virtualKind } from './kube-proxy/claim.ts';
import { mergePairs, type Pair } from './merge.ts';
import { formatClient, type ProbeRequest } from './probe.ts';
import { resolveTarget, runningPod } from './resolve.ts';
import type { NodeFacts } from './state/node.ts';
import type { ClusterState } from './state/state.ts';
import type { Walk } from './walk/arrival.ts';
import type { Outcome } from './walk/outcome.ts';
import { namedHops } from './walk/path.ts';
import { walkReply } from './walk/reply.ts';
import { walkRequest } from './walk/request.ts';
import { sourceOnNode } from './walk/routes.ts';
import { endpointPodsOf, type Netns, ownerOf, podAddress, podFacts, type World } from './walk/world.ts';

/**
 * All paths that the probe may take: a request and a reply Trace each, in this order, one pair for each
 * structure. An address that is chosen at random is a set (`oneOf`), a port that is chosen is open (`any`).
 *
 * @throws PredictionError with one sentence when something that was named does not exist, or kube-proxy runs
 *   in a mode that is not predicted (ipvs).
 */
export function predict(state: ClusterState, probe: ProbeRequest): Trace[] {
  const { mode } = state.kubeProxy;
  if (mode === 'ipvs') {
    throw new PredictionError(
      'kube-proxy runs in ipvs mode, which is deprecated since 1.35 (KEP-5495) and not predicted here.',
    );
  }
  const resolved = resolveTarget(state, probe);
  if (resolved.kind === 'no-path') return noPath(state, probe, resolved.text).flat();
  const pairs = resolved.destinations.flatMap((destination) => pairsTo(state, probe, destination));
  return mergePairs(pairs).flat();
}

function pairsTo(state: ClusterState, probe: ProbeRequest, destination: Destination): readonly Pair[] {
  const { client } = probe;
  const world: World = {
    state,
    clientIps: client.kind === 'outside' ? client.ips.map(canonical) : [],
    clientName: client.kind === 'outside' ? (client.name ?? 'client') : '',
    endpointPods: endpointPodsOf(state, destination.ip, destination.port, probe.target),
  };
  const { origin, ip } = originOf(world, probe, destination.ip);
  const sent: Flow = {
    protocol: probe.protocol,
    source: { ip, port: probe.sourcePort ?? { any: 'ephemeral' } },
    destination: { ip: destination.ip, port: destination.port },
    ...(probe.protocol === 'tcp' ? { flags: 'syn' } : {}),
  };
  const entryNodes = origin.kind === 'outside' ? entryNodesFor(world, probe, destination.ip) : [];
  const walk: Walk = { world, origin, sent, entryNodes, asked: destination.asked };
  return [...walkRequest(walk)].map((outcome) => pairOf(world, probe, outcome, origin));
}

/** Where the client is, and which address it uses towards this destination. */
function originOf(
  world: World,
  { client }: ProbeRequest,
  to: string,
): { readonly origin: Netns; readonly ip: string } {
  const { state } = world;
  const family = familyOf(to);
  const need = (ip: string | undefined): string => {
    if (ip !== undefined) return ip;
    throw new PredictionError(`${formatClient(client)} has no ${family ?? 'IP'} address to ask ${to} from.`);
  };
  switch (client.kind) {
    case 'outside':
      return { origin: { kind: 'outside' }, ip: need(world.clientIps.find((ip) => familyOf(ip) === family)) };
    case 'node': {
      const node = state.nodeNamed(client.name);
      if (node === undefined) throw new PredictionError(`There is no node ${client.name}.`);
      return { origin: { kind: 'node', node }, ip: sourceOnNode(world, node, to) };
    }
    case 'pod': {
      const { namespace, name } = client;
      const pod = runningPod(state, client);
      const facts = podFacts(state, pod);
      if (facts === undefined)
        throw new PredictionError(`Pod ${namespace}/${name} is not running: it has no node.`);
      if (pod.spec.hostNetwork)
        return { origin: { kind: 'node', node: facts.node }, ip: sourceOnNode(world, facts.node, to) };
      const ip = isLoopback(to) ? to : need(podAddress(pod, family));
      return { origin: { kind: 'pod', pod: facts }, ip };
    }
    default:
      return client satisfies never;
  }
}

/** By its own address there is one way in; other addresses come in where the client's network sends them. */
function entryNodesFor(world: World, probe: ProbeRequest, ip: string): readonly NodeFacts[] {
  const { state } = world;
  const owner = ownerOf(world, ip);
  if (owner?.kind === 'node') return [owner.node];
  if (probe.entryNodes !== undefined) {
    return probe.entryNodes.map((name) => {
      const node = state.nodeNamed(name);
      if (node === undefined) throw new PredictionError(`There is no node ${name}.`);
      return node;
    });
  }
  const kind = virtualKind(state, ip);
  if (kind === 'load-balancer-ip') {
    const announcing = state.nodes().filter((node) => !node.excludedFromLoadBalancers);
    return announcing.length > 0 ? announcing : state.nodes();
  }
  return kind === 'external-ip' ? state.nodes() : [];
}

function pairOf(world: World, probe: ProbeRequest, outcome: Outcome, origin: Netns): Pair {
  const reply = walkReply(world, outcome, origin);
  const common = commonOf(world.state, probe, outcome.name);
  return [
    { ...common, direction: 'request', hops: namedHops('request', outcome.path), end: outcome.end },
    { ...common, direction: 'reply', hops: namedHops('reply', reply.path), end: reply.end },
  ];
}

function noPath(state: ClusterState, probe: ProbeRequest, text: string): readonly Pair[] {
  const common = { ...commonOf(state, probe, 'no-path'), hops: [] };
  const request: Trace = { ...common, direction: 'request', end: { kind: 'no-path', text } };
  const reply: Trace = {
    ...common,
    direction: 'reply',
    end: { kind: 'unanswered', text: 'nothing was asked' },
  };
  return [[request, reply]];
}

function commonOf(
  { kubeProxy }: ClusterState,
  probe: ProbeRequest,
  path: string,
): Omit<Trace, 'direction' | 'hops' | 'end'> {
  const { protocol, client, text } = probe;
  const asked = { protocol, from: formatClient(client), target: text };
  return { schema: traceSchemaVersion, path, proxyMode: kubeProxy.mode, probe: asked, notes: [] };
}
