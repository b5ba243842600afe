/** This machine, ready to make clusters: engine, tools, images. */
import type { KindPatches } from '../../cluster/shape.ts';
import { hostAdaptations } from '../../host/adaptations.ts';
import type { Consent } from '../../host/consent.ts';
import type { Host } from '../../host/host.ts';
import { ensureNodeImage, type NodeImage } from '../../host/images/node-image.ts';
import { ensureCurl } from '../../host/setup/curl.ts';
import { ensureDocker } from '../../host/setup/docker.ts';
import { ensureTools, type Tools } from '../../host/tools.ts';

export interface Machine {
  readonly tools: Tools;
  readonly patches: KindPatches;
  /** The node image with these workload images baked in; made once a run. */
  nodeImage(workloads: readonly string[]): Promise<NodeImage>;
}

/**
 * Sets up what is missing, after consent.
 * @throws MachineError, ProvisioningError
 */
export async function prepareMachine(host: Host, consent: Consent): Promise<Machine> {
  await ensureCurl(host, consent);
  const docker = await ensureDocker(host, consent);
  const tools = await ensureTools(host);
  const made = new Map<string, Promise<NodeImage>>();
  return {
    tools,
    patches: hostAdaptations(docker),
    nodeImage: (workloads) => {
      const key = [...workloads].sort().join(' ');
      const image = made.get(key) ?? ensureNodeImage(host, { workloads: [...workloads].sort() });
      made.set(key, image);
      return image;
    },
  };
}
