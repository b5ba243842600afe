/** Which capabilities the Docker daemon of this machine can't give to a container. */
import { readFile } from 'node:fs/promises';
import { type Capability, missingCapabilities } from '../capabilities.ts';
import { endpointOf } from '../docker-problems.ts';

/**
 * Those that this process can't have either: a daemon that we start inherits the same bounding set, and one that
 * was started beside us in the same container or micro VM has it too. None where Docker runs in a machine of its own,
 * as on other systems, and where DOCKER_HOST or DOCKER_CONTEXT names an engine of which we know nothing.
 */
export async function readMissingCapabilities(env: NodeJS.ProcessEnv): Promise<Capability[]> {
  if (process.platform !== 'linux' || endpointOf(env) !== undefined) return [];
  const [status, last] = await Promise.all([
    readFile('/proc/self/status', 'utf8'),
    readFile('/proc/sys/kernel/cap_last_cap', 'utf8'),
  ]);
  return missingCapabilities(status, Number(last));
}
