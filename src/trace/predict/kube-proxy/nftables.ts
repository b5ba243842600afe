/** kube-proxy in nftables mode: Kubernetes v1.37.0 pkg/proxy/nftables/proxier.go; KEP-3866. */
import { contains } from '../address.ts';
import type { Flow } from '../flow.ts';
import { type Because, because, upstream } from '../sources.ts';
import {
  type Claim,
  claimOf,
  claimOfAddress,
  claimOfNodePort,
  isClusterIp,
  isLocalEndpoint,
} from './claim.ts';
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
  type Translated,
} from './proxy.ts';

/** The rules of one node. */
export function nftablesRules(context: RuleContext): Rules {
  return {
    nat: (arrival) => nat(context, arrival),
    filter: (packet, hook) => filter(context, packet, hook),
    masquerade: (packet) => masquerade(context, packet),
  };
}

/** Chains firewall-check (before DNAT) and services, from prerouting and output. */
function nat(context: RuleContext, arrival: Arrival): Nat {
  const { state, node } = context;
  const { packet } = arrival;
  const byAddress = claimOfAddress(state, node, packet);
  if (
    byAddress !== undefined &&
    isFirewalled(byAddress) &&
    !passesSourceRanges(byAddress.port, node, packet.source.ip)
  ) {
    const text = `${byAddress.port.title}: the source is not in loadBalancerSourceRanges`;
    return { kind: 'drop', because: because(text, upstream.nftables) };
  }
  // The mark goes by the address alone, before the port is looked at.
  const mark = isClusterIp(state, packet.destination.ip)
    ? clusterIpMark(context, arrival, upstream.nftablesSetup)
    : undefined;
  const claim = claimOf(state, node, packet);
  if (claim === undefined || !claim.usable.hasAny) return { kind: 'unchanged', marked: mark };
  if (claim.by === 'cluster-ip')
    return dnat(claim, claim.usable.internal, mark, 'map service-ips leads to its chain');
  const external = externalChain(context, claim.port, claim.usable, arrival, upstream.nftables);
  if (external === undefined) return { kind: 'unchanged', marked: mark };
  return dnat(claim, external.endpoints, external.marked, external.text);
}

function dnat(
  { port }: Claim,
  endpoints: Claim['usable']['internal'],
  marked: Because | undefined,
  how: string,
): Nat {
  if (endpoints.length === 0) return { kind: 'unchanged', marked };
  return {
    kind: 'dnat',
    because: because(
      `${how}: ${choiceText(port, endpoints.length)}`,
      `${upstream.nftables}, ${upstream.topology}`,
    ),
    choices: endpoints.map((endpoint) => ({ endpoint, marked })),
  };
}

/** Unlike iptables mode, also without endpoints. */
function isFirewalled({ by, port }: Claim): boolean {
  return by === 'load-balancer-ip' && port.sourceRanges.length > 0;
}

/**
 * Map no-endpoint-services from input, forward and output; no-endpoint-nodeports from input only; then
 * cluster-ips-check from forward and output: ports that no Service defines are rejected, addresses of the
 * Service range that no Service has are dropped.
 */
function filter({ state, node }: RuleContext, packet: Flow, hook: 'input' | 'forward' | 'output'): Filter {
  const byNodePort = hook === 'input' ? claimOfNodePort(state, node, packet, 'filter') : undefined;
  const claim = claimOfAddress(state, node, packet) ?? byNodePort;
  if (claim !== undefined) {
    const { port, usable } = claim;
    const wanted = claim.by === 'cluster-ip' ? usable.internal : usable.external;
    if (wanted.length === 0) {
      return usable.hasAny
        ? {
            kind: 'drop',
            because: because(`${port.title} has no local endpoints on this node`, upstream.nftables),
          }
        : { kind: 'reject', because: because(`${port.title} has no endpoints`, upstream.nftables) };
    }
  }
  return hook === 'input' ? accept : clusterIpsCheck({ state, node }, packet.destination.ip);
}

function clusterIpsCheck({ state }: RuleContext, ip: string): Filter {
  if (isClusterIp(state, ip)) {
    return {
      kind: 'reject',
      because: because(
        'no Service defines this port of the ClusterIP (chain cluster-ips-check)',
        upstream.nftablesSetup,
      ),
    };
  }
  if (state.kubeProxy.serviceCIDRs.some((cidr) => contains(cidr, ip))) {
    return {
      kind: 'drop',
      because: because(
        'no Service has this address of the Service range (chain cluster-ips-check)',
        upstream.nftablesSetup,
      ),
    };
  }
  return accept;
}

/**
 * Chain masquerading: what is marked, and what an endpoint of this node sends to itself (set
 * hairpin-connections). An endpoint without nodeName is local nowhere and not in that set, unless another Service has
 * it as a local one: the set is of all of them.
 */
function masquerade(
  { state, node }: RuleContext,
  { packet, marked, endpoint }: Translated,
): Because | undefined {
  if (marked)
    return because('chain masquerading: what is marked, with a random port', upstream.nftablesSetup);
  const hairpin =
    endpoint !== undefined &&
    packet.source.ip === packet.destination.ip &&
    isLocalEndpoint(state, node, packet);
  return hairpin
    ? because(
        'chain masquerading: the endpoint asks itself (set hairpin-connections)',
        upstream.nftablesSetup,
      )
    : undefined;
}
