/** The image that a kind node starts from: kind's images/base, made without a registry. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { node } from '../../../images/catalogue.ts';
import { task } from '../events.ts';
import type { Host } from '../host.ts';
import { type LayerFile, makeLayer } from './archive.ts';
import { layerFiles } from './component-images.ts';
import { inContainer, labels } from './containers.ts';
import { contentHash } from './content-hash.ts';
import { hasImage } from './docker-images.ts';
import { goModule, moduleHash } from './go-programs.ts';
import { downloadModule, type Target } from './go-toolchain.ts';
import { type Rootfs, rootfsHash } from './rootfs.ts';
import { inWorkFolder } from './store.ts';

/**
 * The steps of kind's images/base/Dockerfile after the packages are there, for a root file system that has them.
 * Less fuse-overlayfs, which only rootless needs.
 */
const setUp = `set -eu
chmod 0755 /kind /kind/bin
rm -f /lib/systemd/system/multi-user.target.wants/* /etc/systemd/system/*.wants/* \\
  /lib/systemd/system/local-fs.target.wants/* /lib/systemd/system/sockets.target.wants/*udev* \\
  /lib/systemd/system/sockets.target.wants/*initctl* /lib/systemd/system/basic.target.wants/* \\
  /lib/systemd/system/sysinit.target.wants/systemd-tmpfiles-setup.service
mkdir -p /etc/systemd /etc/kubernetes/manifests
echo ReadKMsg=no >> /etc/systemd/journald.conf
ln -sf /usr/lib/systemd/systemd /sbin/init
systemctl enable kubelet.service containerd.service undo-mount-hacks.service
systemctl mask systemd-binfmt.service
ctr oci spec |
  jq '.hooks.createContainer[.hooks.createContainer | length] |= . + {"path": "/kind/bin/mount-product-files.sh"}' |
  jq 'del(.process.rlimits)' > /etc/containerd/cri-base.json
# A node's /var is copied when it is made: not the lists of the packages' files too.
rm -r /var/lib/dpkg/info
containerd --version
runc --version
`;

/** What the image is made from. */
export async function nodeBaseHash(host: Host, target: Target): Promise<string> {
  const modules = [...new Set(node.base.flatMap((one) => (one.from === 'go' ? [one.module] : []))), 'kind'];
  const hashes = await Promise.all(modules.map((name) => moduleHash(host, name, target)));
  return contentHash({ hashes, base: node.base, setUp, rootfs: rootfsHash(target.arch) });
}

/** Returns the reference of a local image. */
export async function ensureNodeBase(host: Host, rootfs: Rootfs, target: Target): Promise<string> {
  const hash = await nodeBaseHash(host, target);
  const reference = `hop-by-hop/node-base:${hash}`;
  if (await hasImage(host, reference)) return reference;
  await task(host.notify, 'node-base', "make the node's base image from kind's own files", () =>
    inWorkFolder(host, async (work) => {
      const netbase = await ensureNetbase(host, rootfs, target);
      const files = [...(await kindFiles(host)), ...(await layerFiles(host, node.base, target))];
      const layer = await makeLayer(host, work, 'node-base', files);
      await inContainer(host, netbase, async (name) => {
        await host.exec(['docker', 'cp', '-', `${name}:/`], { inputFile: layer.tar });
        await host.exec(['docker', 'exec', '--interactive', name, 'sh'], { input: setUp });
        await host.exec(['docker', 'commit', ...commitChanges(hash), name, reference]);
      });
    }),
  );
  return reference;
}

const commitChanges = (hash: string) =>
  [
    'ENV container=docker',
    'ENTRYPOINT [ "/usr/local/bin/entrypoint", "/sbin/init" ]',
    `LABEL ${labels.hash}=${hash} ${labels.role}=base`,
  ].flatMap((change) => ['--change', change]);

/** The Debian root file system alone, as an image. */
async function ensureNetbase(host: Host, rootfs: Rootfs, target: Target): Promise<string> {
  const hash = rootfsHash(target.arch);
  const reference = `hop-by-hop/netbase:${hash}`;
  if (await hasImage(host, reference)) return reference;
  const change = `LABEL ${labels.hash}=${hash} ${labels.role}=base`;
  await host.exec(['docker', 'import', '--change', change, rootfs.tar, reference]);
  return reference;
}

/** The files of kind's images/base/files, with the modes that its Dockerfile gives them. */
async function kindFiles(host: Host): Promise<LayerFile[]> {
  const { folder } = await downloadModule(host, 'kind', goModule('kind'));
  const root = join(folder, 'images', 'base', 'files');
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => {
      const from = join(entry.parentPath, entry.name);
      const to = from.slice(root.length);
      const script = to.startsWith('/usr/local/bin/') || to.startsWith('/kind/bin/');
      return { from, to, mode: script ? ('0755' as const) : ('0644' as const) };
    })
    .sort((a, b) => a.to.localeCompare(b.to));
}
