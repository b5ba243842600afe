/** How a request ends: in a socket, at a closed port, at a rule, or out of sight. */
import { pathName } from '../../passage.ts';
import type { End } from '../../trace.ts';
import type { Flow } from '../flow.ts';
import { virtualKind } from '../kube-proxy/claim.ts';
import type { ServiceEndpoint } from '../kube-proxy/endpoints.ts';
import { type Because, because, upstream } from '../sources.ts';
import { isLocalAddress, type NodeFacts } from '../state/node.ts';
import { isListening, type Meant } from './listening.ts';
import type { NodeNetns } from './nat.ts';
import type { Answer, Outcome } from './outcome.ts';
import { type Path, withHop, withRole } from './path.ts';
import { departureOf } from './routes.ts';
import type { Netns, World } from './world.ts';

/** A request on its way. */
export interface Walk {
  readonly world: World;
  readonly origin: Netns;
  readonly sent: Flow;
  /** Nodes by which it enters, when it comes from outside. */
  readonly entryNodes: readonly NodeFacts[];
  /** The pod that was asked by name. */
  readonly asked: Meant;
}

/** The pod that the packet is for: that of the endpoint, or the one that was asked. */
export function meantBy(walk: Walk, endpoint: ServiceEndpoint | undefined): Meant {
  return endpoint === undefined ? walk.asked : (endpoint.pod ?? 'endpoint');
}

/** A socket of this namespace gets it, or its kernel answers for a port that nothing listens on. */
export function* deliver(
  walk: Walk,
  before: Path,
  at: Netns,
  packet: Flow,
  meant: Meant,
): Generator<Outcome> {
  const { world } = walk;
  const isOwn = at.kind === 'pod' && packet.source.ip === packet.destination.ip && before.hops.length > 1;
  if (isOwn) {
    const text = `${packet.destination.ip} gets a packet that has its own address as source: a martian, its kernel drops it`;
    const step = {
      at,
      hook: 'prerouting',
      action: 'dropped',
      packet,
      because: because(text, upstream.martian),
    } as const;
    yield lost(walk, withHop(world, before, step), packet, text);
    return;
  }
  const assigned = at.kind === 'pod' ? withRole(before, at, 'pod') : before;
  const path = withHop(world, assigned, {
    at,
    hook: 'input',
    action: 'delivered',
    packet,
    because: because('the destination is an address of this network namespace', upstream.routing),
  });
  const listening = isListening(world, at, packet, meant);
  const port = `${packet.protocol} port ${JSON.stringify(packet.destination.port ?? 0)}`;
  if (listening !== 'no') {
    const text = `delivered to ${port}`;
    yield end(walk, path, packet, { kind: 'delivered', text }, { kind: 'listener', from: at });
  }
  if (listening !== 'yes') {
    const doubt =
      listening === 'undeclared'
        ? ', if nothing listens there: no manifest says that something does'
        : ': nothing listens there';
    const how = packet.protocol === 'udp' ? 'with port unreachable' : 'with a reset';
    yield end(
      walk,
      path,
      packet,
      { kind: 'reset', text: `the kernel answers for ${port} ${how}${doubt}` },
      { kind: 'closed-port', from: at },
    );
  }
}

/**
 * Out by the default route, or to a machine beside the nodes. What answers there is not predicted; only that
 * nothing does where the address is one of the cluster's own that nobody has.
 */
export function leaveCluster(
  walk: Walk,
  path: Path,
  packet: Flow,
  endpoint: ServiceEndpoint | undefined,
): Outcome {
  const { state } = walk.world;
  const { ip } = packet.destination;
  if (state.nodeOfPodCIDR(ip) !== undefined) {
    return lost(
      walk,
      path,
      packet,
      `no pod has the address ${ip}: it leaves by the default route, and nothing answers`,
    );
  }
  if (endpoint === undefined && virtualKind(state, ip) !== undefined) {
    const text = `no rule takes ${ip} with this port: it leaves by the default route, and nothing of this cluster answers`;
    return lost(walk, path, packet, text);
  }
  return answeredElsewhere(walk, path, packet);
}

/** By a machine that is not of this cluster, such as a load balancer with `ipMode: Proxy`. */
export function answeredElsewhere(walk: Walk, path: Path, packet: Flow): Outcome {
  const text = `leaves the cluster for ${packet.destination.ip}`;
  return end(walk, path, packet, { kind: 'delivered', text }, { kind: 'listener', from: 'elsewhere' });
}

/** Nothing comes back, and no rule says so. */
export function lost(walk: Walk, path: Path, packet: Flow, text: string): Outcome {
  return end(walk, path, packet, { kind: 'dropped', text }, { kind: 'none' });
}

/** A DROP or REJECT rule. */
export function stopped(
  walk: Walk,
  path: Path,
  at: NodeNetns,
  packet: Flow,
  hook: 'prerouting' | 'input' | 'forward' | 'output',
  verdict: { readonly kind: 'drop' | 'reject'; readonly because: Because },
): Outcome {
  const action = verdict.kind === 'drop' ? 'dropped' : 'rejected';
  const step = { at, hook, action, packet, because: verdict.because } as const;
  const source = rejectSource(walk, at, packet, hook);
  const answer: Answer = verdict.kind === 'drop' ? { kind: 'none' } : { kind: 'reject', from: at, source };
  return end(
    walk,
    withHop(walk.world, path, step),
    packet,
    { kind: action, text: verdict.because.text },
    answer,
  );
}

/**
 * The same without the ICMP error. A packet that would leave by the interface it came by has the kernel send a redirect
 * first (ip_forward), and redirects and errors to one host share a budget that the redirect empties
 * (ip_rt_send_redirect, icmpv4_xrlim_allow): whether the error is sent as well depends on what was sent before.
 */
export function stoppedInSilence(rejected: Outcome): Outcome {
  const why = 'a redirect was sent just before, and the kernel holds the ICMP error back';
  return { ...rejected, answer: { kind: 'none', why } };
}

/** The ICMP error comes from the address that was asked if that is the node's own, else from the way back. */
function rejectSource({ world }: Walk, at: NodeNetns, packet: Flow, hook: string): string {
  if (isLocalAddress(at.node, packet.destination.ip)) return packet.destination.ip;
  if (hook === 'output') return packet.source.ip;
  return departureOf(world, at.node, packet.source.ip).address;
}

function end(walk: Walk, path: Path, arrived: Flow, ending: End, answer: Answer): Outcome {
  const name = pathName(path.hops, ending.kind);
  return { name, path, sent: walk.sent, arrived, end: ending, answer };
}
