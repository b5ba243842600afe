/** When a new cluster has come to rest. */
import { setTimeout } from 'node:timers/promises';
import { ProvisioningError } from '../host/errors.ts';
import { CommandError } from '../host/exec.ts';
import type { Host } from '../host/host.ts';
import { type Cluster, kubectlArgv, nodeName } from './cluster.ts';
import { readyEndpoints } from './endpoints.ts';
import { rulesCommand } from './programmed.ts';
import { nodeRoles } from './shape.ts';

/** Milliseconds within which kube-proxy has followed; it syncs at most once a second (minSyncPeriod). */
const followMs = 30_000;
const pauseMs = 200;

/**
 * Waits until CoreDNS is ready, both pods of it, and in the rules of every node. Nodes are Ready before. Until then the
 * rules change, and with each change kube-proxy sets counters back.
 *
 * @throws ProvisioningError that names what did not come
 */
export async function awaitSettled(host: Host, cluster: Cluster): Promise<void> {
  const rollout = ['rollout', 'status', 'deployment/coredns', '--namespace=kube-system', '--timeout=120s'];
  try {
    await host.exec(kubectlArgv(cluster, rollout), { timeoutMs: 130_000 });
  } catch (error) {
    if (!(error instanceof CommandError) || error.outcome === 'cancelled') throw error;
    throw new ProvisioningError(`CoreDNS did not become ready. ${error.message}`, {
      cause: error,
    });
  }
  const deadline = performance.now() + followMs;
  for (;;) {
    const missing = await nodesWithoutDns(host, cluster);
    if (missing.length === 0) return;
    if (performance.now() > deadline) {
      throw new ProvisioningError(`kube-proxy did not write rules for CoreDNS on ${missing.join(', ')}`);
    }
    await setTimeout(pauseMs, undefined, { signal: host.signal });
  }
}

/** Roles of the nodes whose rules lack one of CoreDNS' pods. */
async function nodesWithoutDns(host: Host, cluster: Cluster): Promise<readonly string[]> {
  const endpoints = await readyEndpoints(host.exec, cluster, 'kube-system', 'kube-dns');
  // `rulesCommand` prints the rules for IPv4.
  const ips = new Set(
    endpoints.flatMap(({ address }) => (address.startsWith('[') ? [] : [address.replace(/:\d+$/, '')])),
  );
  // The EndpointSlice follows the pods: until it names one, no rule can.
  if (endpoints.length === 0) return nodeRoles(cluster.shape);
  const looks = nodeRoles(cluster.shape).map(async (role) => {
    const argv = ['docker', 'exec', nodeName(cluster, role), ...rulesCommand(cluster.proxyMode)] as const;
    const { stdout } = await host.exec(argv, { accept: 'any' });
    const words = new Set(stdout.split(/[^\d.]+/));
    // In iptables-save an address is followed by its prefix length or its port, in nft by its port.
    return [...ips].every((ip) => words.has(ip)) ? [] : [role];
  });
  return (await Promise.all(looks)).flat();
}
