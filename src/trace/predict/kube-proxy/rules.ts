/** The rules of a node by kube-proxy's mode. */

import type { NodeFacts } from '../state/node.ts';
import type { ClusterState } from '../state/state.ts';
import { iptablesRules } from './iptables.ts';
import { nftablesRules } from './nftables.ts';
import { accept, type Rules, unchanged } from './proxy.ts';

/** Mode `none`: no kube-proxy, no Service rules (the pod network may have its own; those are not predicted). */
export function rulesOn(state: ClusterState, node: NodeFacts): Rules {
  switch (state.kubeProxy.mode) {
    case 'nftables':
      return nftablesRules({ state, node });
    case 'iptables':
      return iptablesRules({ state, node });
    case 'none':
    case 'ipvs':
      return { nat: () => unchanged, filter: () => accept, masquerade: () => undefined };
  }
}
