/** The node image by kind's own builder (`kind build node-image --type file`), without a registry. */
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { constants, createGzip } from 'node:zlib';
import { catalogue, node } from '../../../images/catalogue.ts';
import type { Image } from '../../../images/schema.ts';
import { ProvisioningError } from '../errors.ts';
import { task } from '../events.ts';
import { CommandError } from '../exec.ts';
import type { Host } from '../host.ts';
import { together } from '../parallel.ts';
import { withoutInterrupt } from '../without-interrupt.ts';
import { writeArchive } from './archive.ts';
import { buildImage, builtProvenance, neededPrograms, sourceModules } from './component-images.ts';
import { removeBuildLeftovers } from './containers.ts';
import { contentHash, textHash } from './content-hash.ts';
import { hasImage } from './docker-images.ts';
import { ensurePrograms, moduleHash } from './go-programs.ts';
import type { Target } from './go-toolchain.ts';
import { ensureNodeBase, nodeBaseHash } from './node-base.ts';
import { ensurePodRootfs, podRootfsHash } from './pod-rootfs.ts';
import type { Provenance } from './provenance.ts';
import { ensureRootfs, type Rootfs } from './rootfs.ts';
import { inWorkFolder } from './store.ts';

export interface BuiltNode {
  readonly reference: string;
  readonly provenance: readonly Provenance[];
}

/** Programs that kind's builder puts on the node beside the images. */
const nodePrograms = ['kubeadm', 'kubelet', 'kubectl'];

const components = catalogue.filter(({ role }) => role === 'component');

/** What the node image is made from, whether or not anything of it is there yet. */
export async function builtNodeHash(host: Host, target: Target): Promise<string> {
  const modules = [...neededPrograms(components.flatMap(({ recipe }) => recipe.ingredients)).keys()];
  const files = components.flatMap(({ recipe }) =>
    recipe.ingredients.flatMap((one) =>
      one.from === 'file' ? [join(host.paths.project, 'images', one.file)] : [],
    ),
  );
  const [base, ...rest] = await Promise.all([
    nodeBaseHash(host, target),
    ...modules.map((name) => moduleHash(host, name, target)),
    ...files.map(textHash),
  ]);
  return contentHash({ base, rest, components, nodePrograms, pods: podRootfsHash(target.arch) });
}

/** Builds what is missing. Two Go modules at a time: linking leaves a core free, and the downloads take turns. */
export async function ensureBuiltNode(host: Host, target: Target): Promise<BuiltNode> {
  const ingredients = [...node.base, ...components.flatMap(({ recipe }) => recipe.ingredients)];
  const needed = neededPrograms(ingredients);
  needed.set('kubernetes', [...nodePrograms, ...(needed.get('kubernetes') ?? [])]);
  const builds = [...needed].map(([name, programs]) => async (scoped: Host) => {
    await ensurePrograms(scoped, name, programs, target);
  });
  const [rootfs] = await together<Rootfs | undefined>(host, [
    (scoped) => ensureRootfs(scoped, target.arch),
    async (scoped) => {
      await together(scoped, builds, 2);
      return undefined;
    },
  ]);
  if (rootfs === undefined) throw new Error('no root file system');

  const reference = `hop-by-hop/node-built:${node.kubernetes}-${await builtNodeHash(host, target)}`;
  const provenance = nodeProvenance(rootfs);
  if (await hasImage(host, reference)) return { reference, provenance };
  const base = await ensureNodeBase(host, rootfs, target);
  await task(
    host.notify,
    'node-built',
    `assemble the node image ${node.kubernetes} with kind ${node.kind}`,
    () =>
      inWorkFolder(host, async (work) => {
        const pods = await ensurePodRootfs(host, target.arch);
        const server = await packServer(host, work, { rootfs: pods, target });
        await runKind(host, work, { base, reference, server, target });
      }),
  );
  return { reference, provenance };
}

function nodeProvenance(rootfs: Rootfs): Provenance[] {
  const programs: Provenance = {
    image: node.upstream.reference,
    source: 'built',
    modules: [{ path: 'k8s.io/kubernetes', version: node.kubernetes }, ...sourceModules(node.base)],
    packages: [...rootfs.packages],
    note: `assembled by kind ${node.kind}; has the CNI plugin bridge too, and neither fuse-overlayfs nor NFS and iSCSI clients`,
  };
  return [programs, ...components.map((image) => builtProvenance(image, rootfs))];
}

/** The archive that kind's builder takes for a Kubernetes release (pkg/build/nodeimage/internal/kube/builder_tarball.go). */
async function packServer(
  host: Host,
  work: string,
  { rootfs, target }: { rootfs: Rootfs; target: Target },
): Promise<string> {
  const root = join(work, 'server');
  const bin = join(root, 'kubernetes', 'server', 'bin');
  await mkdir(bin, { recursive: true });
  await writeFile(join(root, 'kubernetes', 'version'), node.kubernetes);
  const programs = await ensurePrograms(host, 'kubernetes', nodePrograms, target);
  await host.exec(['cp', ...programs, bin]);

  // Four archives are expected; what is in none of them, the builder pulls. So the last one carries all the rest.
  const alone = ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler'];
  for (const image of components.filter(({ id }) => alone.includes(id))) {
    await archive([image], image.id);
  }
  await archive(
    components.filter(({ id }) => !alone.includes(id)),
    'kube-proxy',
  );
  async function archive(images: readonly Image[], name: string) {
    const built = await Promise.all(images.map((image) => buildImage(host, work, image, { rootfs, target })));
    await writeArchive(host, work, built, join(bin, `${name}.tar`));
  }

  const tar = join(work, 'server.tar');
  await host.exec(['tar', '-C', root, '-cf', tar, 'kubernetes']);
  await host.exec(['rm', '-r', root]);
  // The builder reads gzip only; it is unpacked again a second later, so nothing is compressed.
  const stored = createGzip({ level: constants.Z_NO_COMPRESSION });
  await pipeline(createReadStream(tar), stored, createWriteStream(`${tar}.gz`), { signal: host.signal });
  await host.exec(['rm', tar]);
  return `${tar}.gz`;
}

async function runKind(
  host: Host,
  work: string,
  { base, reference, server, target }: { base: string; reference: string; server: string; target: Target },
): Promise<void> {
  const [kind] = await ensurePrograms(host, 'kind', ['kind'], target);
  if (kind === undefined) throw new Error('no kind');
  try {
    await host.exec(
      [kind, 'build', 'node-image', '--type', 'file', '--base-image', base, '--image', reference, server],
      // It unpacks the archive into a folder for temporary files that it never removes.
      { env: { TMPDIR: work }, timeoutMs: 900_000 },
    );
  } catch (error) {
    // kind handles no signals and then leaves its build container behind (v0.33.0: nothing in it imports os/signal).
    await removeBuildLeftovers(withoutInterrupt(host));
    if (!(error instanceof CommandError) || error.outcome === 'cancelled') throw error;
    throw new ProvisioningError(`kind ${node.kind} could not build the node image: ${error.message}`, {
      cause: error,
    });
  }
}
