/** Whether the fence can stand on the Docker host, and which clusters it stands around (src/cluster/fence.ts). */
import { CommandError } from '../exec.ts';
import type { Host } from '../host.ts';
import type { HostFacts } from './facts.ts';

/** As the fence looks for Docker's own chain: the first binary that knows it is the right one. */
const binaries = ['iptables', 'iptables-nft', 'iptables-legacy'];

/** @returns undefined where iptables of the Docker host is not ours to ask: then a container is, at each run. */
export async function readFence(host: Host): Promise<HostFacts['fence']> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0 || host.env.DOCKER_HOST !== undefined)
    return undefined;
  for (const binary of binaries) {
    const rules = await rulesOf(host, binary);
    if (rules === undefined) continue;
    const clusters = [...rules.matchAll(/hop-by-hop\/([\w-]+)/g)].map(([, name = '']) => name);
    return { state: 'possible', clusters: [...new Set(clusters)] };
  }
  return { state: 'impossible' };
}

async function rulesOf(host: Host, binary: string): Promise<string | undefined> {
  try {
    return (await host.exec([binary, '--wait', '-S', 'DOCKER-USER'])).stdout;
  } catch (error) {
    if (!(error instanceof CommandError) || error.outcome === 'cancelled') throw error;
    return undefined; // not installed, or its tables are not the ones that Docker uses
  }
}
