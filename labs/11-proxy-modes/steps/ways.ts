/** How the way of a request is written down: as the ids of its hops, one list for both modes. */
import type { ProxyMode } from '../../../src/lab/schema/names.ts';

/** Id of a hop without its direction; with the mode where only one of them has it. */
type Hop = string | { readonly hop: string; readonly onlyIn: ProxyMode };

export interface Request {
  readonly id: string;
  /** Who asks whom. */
  readonly what: string;
  readonly from: string;
  readonly url: string;
  readonly forward: readonly Hop[];
  readonly reply: readonly Hop[];
  /** Where a hop is not kube-proxy's doing. */
  readonly scope?: 'cni:kindnet';
}

export const marked = (node: string) => `${node}.prerouting.marked`;
/** Where a packet gets the pod as its destination, and where the answer gets the old one back as its source. */
export const toThePod = (node: string) => [`${node}.prerouting.dnat`, `${node}.forward.routed`];
export const toWhoAsks = (node: string) => [`${node}.forward.routed`, `${node}.postrouting.un-dnat`];
/** The same where the source is rewritten as well. */
export const bothRewrites = (node: string) => [marked(node), ...toThePod(node), `${node}.postrouting.snat`];
export const bothUndone = (node: string) => [`${node}.prerouting.un-snat`, ...toWhoAsks(node)];

export const podNode = 'pod-node.forward.routed';
export const [received, answered] = ['pod.input.delivered', 'pod.output.sent'];
export const [client, clientGets] = ['client.output.sent', 'client.input.delivered'];
export const [asker, askerGets] = ['client-pod.output.sent', 'client-pod.input.delivered'];

/** Ids of the hops, there and back: those of a mode, or without one those that both have. */
export function way({ forward, reply }: Request, mode?: ProxyMode): string[] {
  const has = (hop: Hop) => typeof hop === 'string' || hop.onlyIn === mode;
  const ids = (direction: string, hops: readonly Hop[]) =>
    hops.filter(has).map((hop) => `${direction}.${typeof hop === 'string' ? hop : hop.hop}`);
  return [...ids('forward', forward), ...ids('reply', reply)];
}

/** Those that not both modes have. */
export const differing = ({ forward, reply }: Request): boolean =>
  [...forward, ...reply].some((hop) => typeof hop !== 'string');
