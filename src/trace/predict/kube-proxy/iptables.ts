/** kube-proxy in iptables mode: Kubernetes v1.37.0 pkg/proxy/iptables/proxier.go. */

import type { Flow } from '../flow.ts';
import { because, upstream } from '../sources.ts';
import { type Claim, claimOf, claimOfAddress, claimOfNodePort } from './claim.ts';
import {
  type Arrival,
  accept,
  choiceText,
  clusterIpMark,
  externalChain,
  type Filter,
  type Nat,
  passesSourceRanges,
  type RuleContext,
  type Rules,
  unchanged,
} from './proxy.ts';

/** The rules of one node. */
export function iptablesRules(context: RuleContext): Rules {
  return {
    nat: (arrival) => nat(context, arrival),
    filter: (packet, hook) => filter(context, packet, hook),
    masquerade: ({ marked }) =>
      marked
        ? because('KUBE-POSTROUTING masquerades what is marked, with a random port', upstream.iptables)
        : undefined,
  };
}

/** Table nat: KUBE-SERVICES from PREROUTING and OUTPUT. */
function nat(context: RuleContext, arrival: Arrival): Nat {
  const claim = claimOf(context.state, context.node, arrival.packet);
  if (claim === undefined || !claim.usable.hasAny) return unchanged;
  const { port, usable } = claim;
  if (claim.by === 'cluster-ip') {
    const mark = clusterIpMark(context, arrival, upstream.iptables);
    return dnat(claim, arrival, usable.internal, mark, 'KUBE-SERVICES leads to its KUBE-SVC chain');
  }
  // KUBE-FW: who may not pass is not sent on, and meets the DROP of KUBE-PROXY-FIREWALL later.
  if (isFirewalled(claim) && !passesSourceRanges(port, context.node, arrival.packet.source.ip))
    return unchanged;
  const external = externalChain(context, port, usable, arrival, upstream.iptables);
  if (external === undefined) return unchanged;
  return dnat(claim, arrival, external.endpoints, external.marked, external.text);
}

/** KUBE-SEP: an endpoint that asks itself is marked, so that its reply comes back through the node. */
function dnat(
  { port }: Claim,
  arrival: Arrival,
  endpoints: Claim['usable']['internal'],
  mark: ReturnType<typeof because> | undefined,
  how: string,
): Nat {
  if (endpoints.length === 0) return unchanged;
  const hairpin = because(
    'the endpoint asks itself: marked for masquerade, or it would answer itself directly',
    upstream.iptables,
  );
  return {
    kind: 'dnat',
    because: because(
      `${how}: ${choiceText(port, endpoints.length)}`,
      `${upstream.iptables}, ${upstream.topology}`,
    ),
    choices: endpoints.map((endpoint) => ({
      endpoint,
      marked: mark ?? (endpoint.ip === arrival.packet.source.ip ? hairpin : undefined),
    })),
  };
}

/** With endpoints, load balancer IPs and source ranges (usesFWChain). */
function isFirewalled({ by, port, usable }: Claim): boolean {
  return by === 'load-balancer-ip' && port.sourceRanges.length > 0 && usable.hasAny;
}

/**
 * Table filter, new connections (iptablesJumpChains): KUBE-PROXY-FIREWALL everywhere, KUBE-SERVICES (ClusterIPs)
 * from FORWARD and OUTPUT, KUBE-EXTERNAL-SERVICES (all others) from INPUT and FORWARD. So nothing stops what the
 * node itself sends to an external IP without endpoints.
 */
function filter({ state, node }: RuleContext, packet: Flow, hook: 'input' | 'forward' | 'output'): Filter {
  const claim = claimOfAddress(state, node, packet) ?? claimOfNodePort(state, node, packet, 'filter');
  if (claim === undefined) return accept;
  const { port, usable } = claim;
  if (isFirewalled(claim)) {
    return {
      kind: 'drop',
      because: because(`${port.title}: the source is not in loadBalancerSourceRanges`, upstream.iptables),
    };
  }
  const isClusterIp = claim.by === 'cluster-ip';
  if (isClusterIp ? hook === 'input' : hook === 'output') return accept;
  if ((isClusterIp ? usable.internal : usable.external).length > 0) return accept;
  return usable.hasAny
    ? {
        kind: 'drop',
        because: because(`${port.title} has no local endpoints on this node`, upstream.iptables),
      }
    : { kind: 'reject', because: because(`${port.title} has no endpoints`, upstream.iptables) };
}
