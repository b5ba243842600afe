/** What a node's NAT makes of a packet: a branch for each endpoint that may be chosen, and a new source. */

import type { Flow } from '../flow.ts';
import type { ServiceEndpoint } from '../kube-proxy/endpoints.ts';
import type { Nat, Rules } from '../kube-proxy/proxy.ts';
import { type Because, because, upstream } from '../sources.ts';
import { isLocalAddress } from '../state/node.ts';
import { type Path, withHop } from './path.ts';
import { podNetworkMasquerades } from './routes.ts';
import type { Netns, World } from './world.ts';

/** The network namespace of a node. */
export type NodeNetns = Netns & { readonly kind: 'node' };

/** One way on after NAT: an endpoint that was chosen, or none. */
export interface Branch {
  readonly path: Path;
  readonly packet: Flow;
  readonly marked: boolean;
  readonly endpoint: ServiceEndpoint | undefined;
}

/** One branch for each endpoint that the rules may choose; one without, where they choose none. */
export function branches(
  world: World,
  path: Path,
  at: NodeNetns,
  packet: Flow,
  nat: Exclude<Nat, { kind: 'drop' }>,
  hook: 'prerouting' | 'output',
): readonly Branch[] {
  const common = { at, hook, packet } as const;
  const marked = (why: Because | undefined): Path =>
    why === undefined ? path : withHop(world, path, { ...common, action: 'marked', because: why });
  if (nat.kind === 'unchanged') {
    return [{ path: marked(nat.marked), packet, marked: nat.marked !== undefined, endpoint: undefined }];
  }
  return nat.choices.map((choice) => {
    const { endpoint } = choice;
    const after: Flow = { ...packet, destination: { ip: endpoint.ip, port: endpoint.port } };
    const step = { ...common, action: 'dnat', after, because: nat.because } as const;
    const chosen = withHop(world, marked(choice.marked), step);
    return { path: chosen, packet: after, marked: choice.marked !== undefined, endpoint };
  });
}

/** kube-proxy first: once it gave the connection a source, later nat chains of the hook are not run. */
export function masquerade(
  world: World,
  branch: Branch,
  at: NodeNetns,
  rules: Rules,
  address: string,
): Branch {
  const { packet } = branch;
  const isLocal = isLocalAddress(at.node, packet.destination.ip);
  const byProxy = rules.masquerade(branch);
  const byNetwork = !isLocal && podNetworkMasquerades(world, packet.source.ip, packet.destination.ip);
  if (byProxy === undefined && (!byNetwork || address === packet.source.ip)) return branch;
  const port = {
    any: byProxy === undefined ? 'masquerade, kept where it is free' : 'masquerade fully-random',
  };
  const after: Flow = { ...packet, source: { ip: address, port } };
  const why = byProxy ?? networkMasquerade(world);
  const reason = because(
    `${why.text}; the source becomes the address of the interface it leaves by`,
    `${why.source}; ${upstream.masquerade}`,
  );
  const step = {
    at,
    hook: 'postrouting',
    action: 'snat',
    packet,
    after,
    because: reason,
  } as const;
  return { ...branch, packet: after, path: withHop(world, branch.path, step) };
}

function networkMasquerade({ state }: World): Because {
  return state.podNetwork.masquerade === 'except-to-pods'
    ? because('KIND-MASQ-AGENT masquerades what does not go to a pod', upstream.kindnet)
    : because('the pod network masquerades what pods send elsewhere', upstream.ipMasq);
}
