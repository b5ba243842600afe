/** Whose address is it? The same question everywhere on a page gets the same colour. */
import type { Facts } from '../../lab/evidence/schema.ts';

export interface AddressRole {
  /** Names a colour in src/site/styles/roles.css. */
  readonly kind: 'client' | 'entry' | 'node' | 'other' | 'pod' | 'service';
  /** For a person who points at it. */
  readonly title: string;
}

/**
 * In the order in which the request meets them.
 *
 * @param entry role of the node that the client asks in the chapter; another node that has pods of the Service
 *   is the pod's node.
 */
export function rolesOf(facts: Facts, entry = 'worker'): Map<string, AddressRole> {
  const withPods = new Set(facts.pods.map((pod) => pod.node));
  const kindOf = (name: string) => (name === entry ? 'entry' : withPods.has(name) ? 'node' : 'other');
  const nodes = Object.entries(facts.nodes).map(
    ([role, { ip, podSideIp }]) => ({ role, ip, podSideIp, kind: kindOf(role) }) as const,
  );
  // Where the asked node has pods too, "the node that has the pod" would be both.
  const both = withPods.has(entry);
  const what = {
    entry: both ? 'a node with pods' : 'the node that is asked',
    node: both ? 'a node with pods' : 'the node that has the pod',
    other: 'another node',
  };

  const all: [string, AddressRole][] = [
    [facts.client.ip, { kind: 'client', title: 'client, outside the cluster' }],
    ...nodes.map(({ role, ip, kind }): [string, AddressRole] => [
      ip,
      { kind, title: `${role}, ${what[kind]}` },
    ]),
    ...nodes.flatMap(({ role, podSideIp, kind }): [string, AddressRole][] =>
      podSideIp === undefined ? [] : [[podSideIp, { kind, title: `${role}, towards its pods` }]],
    ),
    ...facts.pods.map((pod): [string, AddressRole] => [
      pod.ip,
      { kind: 'pod', title: `pod of ${pod.app}, on ${pod.node}` },
    ]),
    // A headless Service has the word None instead of an address.
    ...Object.entries(facts.services)
      .filter(([, { clusterIP }]) => clusterIP !== 'None')
      .map(([name, { clusterIP }]): [string, AddressRole] => [
        clusterIP,
        { kind: 'service', title: `ClusterIP of the Service ${name}` },
      ]),
  ];
  const order = ['client', 'entry', 'node', 'pod', 'service', 'other'];
  all.sort(([, one], [, other]) => order.indexOf(one.kind) - order.indexOf(other.kind));
  const roles = new Map<string, AddressRole>();
  // A pod in the node's own network has the node's address: it stays the node's.
  for (const [address, role] of all) if (!roles.has(address)) roles.set(address, role);
  return roles;
}

export interface PlacedAddress {
  readonly start: number;
  readonly end: number;
  readonly address: string;
  readonly role: AddressRole;
}

/** Whole addresses only: 10.244.1.2 is not in 10.244.1.25. */
export function addressesIn(text: string, roles: ReadonlyMap<string, AddressRole>): PlacedAddress[] {
  if (roles.size === 0) return [];
  const any = [...roles.keys()]
    .sort((one, other) => other.length - one.length)
    .map((address) => address.replace(/[.[\]]/g, '\\$&'))
    .join('|');
  const pattern = new RegExp(`(?<![\\w.])(?:${any})(?![\\w]|\\.\\d)`, 'g');
  return [...text.matchAll(pattern)].flatMap((match) => {
    const role = roles.get(match[0]);
    return role === undefined
      ? []
      : [{ start: match.index, end: match.index + match[0].length, address: match[0], role }];
  });
}
