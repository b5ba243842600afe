/** Whether recorded facts can be true of one cluster at the same time. */
import { inCidr } from '../expression/functions.ts';
import type { Difference } from './difference.ts';
import type { Facts } from './schema.ts';

/** @param where which facts: `facts`, `facts after step scale-up`. */
export function factProblems(facts: Facts, where: string): Difference[] {
  return [...sameAddress(facts), ...outsideItsNode(facts)].map((message) => ({
    kind: 'facts',
    where,
    message,
  }));
}

/** An address belongs to one thing. Pods on their node's network share its address. */
function sameAddress(facts: Facts): string[] {
  const owners = [
    { name: 'the client', ip: facts.client.ip },
    ...Object.entries(facts.nodes).map(([role, { ip }]) => ({ name: `node ${role}`, ip })),
    ...facts.pods
      .filter((pod) => pod.ip !== '' && pod.ip !== facts.nodes[pod.node]?.ip)
      .map(({ name, ip }) => ({ name: `pod ${name}`, ip })),
    ...Object.entries(facts.services)
      .filter(([, { clusterIP }]) => clusterIP !== 'None')
      .map(([name, { clusterIP }]) => ({ name: `Service ${name}`, ip: clusterIP })),
  ];
  const shared = [...Map.groupBy(owners, ({ ip }) => ip)].filter(([, names]) => names.length > 1);
  return shared.map(
    ([ip, names]) => `${names.map(({ name }) => name).join(' and ')} have the same address ${ip}`,
  );
}

/** A pod's address is from the range of its node, and so is the node's own address on that side. */
function outsideItsNode(facts: Facts): string[] {
  const nodes = Object.entries(facts.nodes).flatMap(([role, { podCIDR, podSideIp }]) =>
    podCIDR !== undefined && podSideIp !== undefined && inCidr(podSideIp, podCIDR) === false
      ? [`the pod side ${podSideIp} of node ${role} is not in its range ${podCIDR}`]
      : [],
  );
  const pods = facts.pods.flatMap(({ name, node, ip }) => {
    // Not scheduled yet, as on nodes without a pod network.
    if (node === '') return [];
    const on = facts.nodes[node];
    if (on === undefined) return [`pod ${name} is on a node ${node} that is not there`];
    if (ip === '' || ip === on.ip || on.podCIDR === undefined || inCidr(ip, on.podCIDR)) return [];
    return [`pod ${name} has ${ip}, which is not in the range ${on.podCIDR} of its node ${node}`];
  });
  return [...nodes, ...pods];
}
