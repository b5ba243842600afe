/**
 * The one canonical list of hops for a packet's way through one network namespace. The observer and the
 * predictor both build their hops from it, so that a path has the same hops whoever tells it.
 */
import type { Action, Hook, Hop, Role } from './hop.ts';
import type { End } from './trace.ts';

export type Direction = 'request' | 'reply';

/**
 * Which way through the namespace:
 * - `origin`: a socket of this namespace wrote it (client container, client pod, a process of a node; for
 *   replies the pod that answers, or the node whose kernel sends the ICMP error): output → postrouting.
 * - `forwarding`: in by one interface, out by another: prerouting → forward → postrouting.
 * - `ending`: for a socket of this namespace: prerouting → input.
 */
export type PassageKind = 'origin' | 'forwarding' | 'ending';

export interface Passage {
  readonly kind: PassageKind;
  /** A rule set the masquerade mark (0x4000). Only what a rule did: see {@link hopsOfPassage}. */
  readonly marked?: boolean;
  /** The destination was changed: DNAT of a request, SNAT undone of a reply. */
  readonly destination?: boolean;
  /** The source was changed: SNAT of a request, DNAT undone of a reply. */
  readonly source?: boolean;
  /** The way ends in this namespace before a socket or the far interface. */
  readonly stopped?: { readonly hook: Hook; readonly how: 'dropped' | 'rejected' };
}

export interface HopKind {
  readonly hook: Hook;
  readonly action: Action;
}

/**
 * The hops of one passage, in order. In brackets: only where it happened.
 *
 * | passage | request | reply |
 * |---|---|---|
 * | origin | `output.sent` [`output.marked`] [`output.dnat`] [`postrouting.snat`] | `output.sent` [`output.un-snat`] [`postrouting.un-dnat`] |
 * | forwarding | [`prerouting.marked`] [`prerouting.dnat`] `forward.routed` [`postrouting.snat`] | [`prerouting.un-snat`] `forward.routed` [`postrouting.un-dnat`] |
 * | ending | [`prerouting.marked`] [`prerouting.dnat`] `input.delivered` | [`prerouting.un-snat`] [`input.un-dnat`] `input.delivered` |
 *
 * Destinations change at prerouting and output, sources at postrouting and input, in both directions
 * (Linux net/netfilter/nf_nat_proto.c, `nf_nat_ipv4_ops`). So a node that asked a ClusterIP itself gets its
 * answer as `prerouting.un-snat`, `input.un-dnat`, `input.delivered`.
 *
 * - `marked` is there when a rule set the mark, and always before `dnat`. nftables mode masquerades a hairpin
 *   connection by its set `hairpin-connections` without a mark, and kind's own masquerade for destinations
 *   outside the pod network needs none: those have `snat` without `marked`. A hairpin path therefore has one
 *   hop more in iptables mode.
 * - `routed` and `delivered` are written once, also where nothing else happened: each namespace has a hop.
 * - A stopped passage ends with `<hook>.dropped` or `<hook>.rejected`; hops of later hooks are not there, and
 *   the hook where it stops has no `routed` or `delivered`.
 * - A packet that reaches the pod where no process listens is `input.delivered` there, and its trace ends
 *   `reset`; the reply is the RST, with the same hops as any reply.
 */
export function hopsOfPassage(direction: Direction, passage: Passage): HopKind[] {
  const first: Hook = passage.kind === 'origin' ? 'output' : 'prerouting';
  const sourceHook: Hook = passage.kind === 'ending' ? 'input' : 'postrouting';
  const hops: HopKind[] = [];
  if (passage.kind === 'origin') hops.push({ hook: 'output', action: 'sent' });
  if (direction === 'request' && passage.marked) hops.push({ hook: first, action: 'marked' });
  if (passage.destination) hops.push({ hook: first, action: direction === 'request' ? 'dnat' : 'un-snat' });
  if (passage.kind === 'forwarding') hops.push({ hook: 'forward', action: 'routed' });
  if (passage.source) hops.push({ hook: sourceHook, action: direction === 'request' ? 'snat' : 'un-dnat' });
  if (passage.kind === 'ending') hops.push({ hook: 'input', action: 'delivered' });

  const { stopped } = passage;
  if (!stopped) return hops;
  const until = order(stopped.hook);
  const passed = hops.filter(
    ({ hook, action }) =>
      order(hook) < until || (order(hook) === until && action !== 'routed' && action !== 'delivered'),
  );
  return [...passed, { hook: stopped.hook, action: stopped.how }];
}

/** Position of a hook on a packet's way; input and forward are alternatives. */
export function order(hook: Hook): number {
  switch (hook) {
    case 'prerouting':
    case 'output':
      return 0;
    case 'input':
    case 'forward':
      return 1;
    case 'postrouting':
      return 2;
    default:
      return hook satisfies never;
  }
}

/**
 * Gives the hops of a trace their ids: `forward.entry-node.prerouting.dnat`. Where a packet comes through the
 * same namespace twice and does the same again, the second one ends with `.2`.
 */
export function hopIds(direction: Direction): (role: Role, hop: HopKind) => string {
  const seen = new Map<string, number>();
  return (role, { hook, action }) => {
    const id = `${direction === 'request' ? 'forward' : 'reply'}.${role}.${hook}.${action}`;
    const times = (seen.get(id) ?? 0) + 1;
    seen.set(id, times);
    return times === 1 ? id : `${id}.${times}`;
  };
}

/**
 * Name of the path, the same for its request and its reply, and for all endpoints that are reached in the same way:
 * - `rejected`, `dropped`, `no-path`: how the request ended.
 * - `pod-on-entry-node`, `pod-on-client-node`, `pod-on-other-node`: by the role of the pod's node.
 * - `host-network-on-…`: delivered to the node itself after DNAT; `process-on-…`: without DNAT.
 * - `hairpin`: through the Service back to the pod that asked; `same-pod`: without leaving it.
 * - with `-reset` at the end where nothing listens.
 *
 * @param hops of the request.
 */
export function pathName(hops: readonly Pick<Hop, 'action' | 'place'>[], end: End['kind']): string {
  if (end === 'dropped' || end === 'rejected' || end === 'no-path') return end;
  return `${destinationName(hops)}${end === 'reset' ? '-reset' : ''}`;
}

function destinationName(hops: readonly Pick<Hop, 'action' | 'place'>[]): string {
  const last = hops.at(-1);
  if (last?.action !== 'delivered') return 'outside-endpoint';
  const nodes = hops.filter(({ place }) => place.role.endsWith('-node'));
  switch (last.place.role) {
    case 'client':
      return 'client-is-endpoint';
    case 'client-pod':
      return nodes.length === 0 ? 'same-pod' : 'hairpin';
    case 'pod':
      return `pod-on-${side(nodes.at(-1)?.place.role)}`;
    case 'client-node':
    case 'entry-node':
    case 'pod-node': {
      const what = hops.some(({ action }) => action === 'dnat') ? 'host-network' : 'process';
      return `${what}-on-${side(last.place.role)}`;
    }
    default:
      return last.place.role satisfies never;
  }
}

function side(role: Role | undefined): string {
  return role === undefined || role === 'pod-node' ? 'other-node' : role;
}
