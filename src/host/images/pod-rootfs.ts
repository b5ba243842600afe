/** The root file system under images of pods: the Debian of the nodes without what only a machine needs. */
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { notForPods } from '../../../images/debian.ts';
import type { Host } from '../host.ts';
import { contentHash, fileHash } from './content-hash.ts';
import type { Target } from './go-toolchain.ts';
import { ensureRootfs, type Rootfs, rootfsHash } from './rootfs.ts';
import { exists, inWorkFolder, publish } from './store.ts';

export const podRootfsHash = (arch: Target['arch']) => contentHash({ from: rootfsHash(arch), notForPods });

export async function ensurePodRootfs(host: Host, arch: Target['arch']): Promise<Rootfs> {
  const whole = await ensureRootfs(host, arch);
  const folder = join(host.paths.cache, 'rootfs', podRootfsHash(arch));
  if (!(await exists(folder))) {
    await inWorkFolder(host, async (work) => {
      const made = join(work, 'pod-rootfs');
      const tar = join(made, 'rootfs.tar');
      await mkdir(made);
      await copyFile(whole.tar, tar);
      // In the archive, so that owners and modes stay without being root. A path that is not there is an error.
      await host.exec(['tar', '--delete', '--wildcards', '-f', tar, ...notForPods], { timeoutMs: 300_000 });
      await writeFile(join(made, 'sha256'), await fileHash(tar));
      await publish(made, folder);
    });
  }
  const sha256 = await readFile(join(folder, 'sha256'), 'utf8');
  return { tar: join(folder, 'rootfs.tar'), packages: whole.packages, sha256 };
}
