/** Which capabilities the Docker daemon of this machine can't give to a container. */
import { readFile } from 'node:fs/promises';
import { type Capability, missingCapabilities } from '../capabilities.ts';

/**
 * Those that this process can't have either: a daemon that we start inherits the same bounding set, and one that
 * was started beside us in the same container or micro VM has it too. None on other systems, where Docker runs
 * in a machine of its own.
 */
export async function readMissingCapabilities(
  platform: NodeJS.Platform = process.platform,
): Promise<Capability[]> {
  if (platform !== 'linux') return [];
  const [status, last] = await Promise.all([
    readFile('/proc/self/status', 'utf8'),
    readFile('/proc/sys/kernel/cap_last_cap', 'utf8'),
  ]);
  return missingCapabilities(status, Number(last));
}
