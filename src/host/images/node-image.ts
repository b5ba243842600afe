/** The image that cluster nodes and the client run: Kubernetes and the workloads of the labs, in one. */
import { join } from 'node:path';
import { catalogue, node } from '../../../images/catalogue.ts';
import type { Image, Upstream } from '../../../images/schema.ts';
import { UsageError } from '../errors.ts';
import type { Host } from '../host.ts';
import { withLock } from '../lock.ts';
import { addedFiles, withAdded } from './added.ts';
import type { LayerFile } from './archive.ts';
import { bake, nodeEnvironment } from './bake.ts';
import { builtNodeHash, ensureBuiltNode } from './built-node.ts';
import { labels, removeBuildLeftovers } from './containers.ts';
import { contentHash, textHash } from './content-hash.ts';
import { inspectImage } from './docker-images.ts';
import { moduleHash } from './go-programs.ts';
import type { Target } from './go-toolchain.ts';
import { type Provenance, provenanceList } from './provenance.ts';
import { pull } from './pull.ts';
import { inWorkFolder, sweepWork } from './store.ts';
import { workloadArchives } from './workloads.ts';

export interface NodeImage {
  /** A local image, for `kind create cluster --image` and for the client container. */
  readonly ref: string;
  readonly kubernetes: string;
  /** The node image first, then what is in it. */
  readonly provenance: readonly Provenance[];
}

/**
 * The node image with these workload images in it: as it is from a former run, else pulled, else built.
 *
 * @param workloads ids of the catalogue, such as `agnhost`
 * @throws UsageError for an id that the catalogue has not; MachineError and ProvisioningError for what can't be had
 */
export async function ensureNodeImage(
  host: Host,
  { workloads }: { readonly workloads: readonly string[] },
): Promise<NodeImage> {
  const images = workloads.map(workload);
  const target: Target = { os: 'linux', arch: process.arch === 'arm64' ? 'arm64' : 'amd64' };
  const hash = await nodeImageHash(host, images, target);
  const ref = `hop-by-hop/node:${node.kubernetes}-${hash}`;
  const present = await fromLabels(host, ref);
  if (present) return present;

  const waiting = (detail: string) => host.notify({ type: 'note', text: detail });
  return withLock(host, 'build', waiting, async () => {
    // Made by the process that held the lock before.
    const made = await fromLabels(host, ref);
    if (made) return made;
    await sweepWork(host);
    await removeBuildLeftovers(host);
    await makeNodeImage(host, ref, { hash, upstream: node.upstream, images, target });
    const baked = await fromLabels(host, ref);
    if (baked === undefined) throw new Error(`${ref} was made and is not there`);
    return baked;
  });
}

/** Pulls or builds the node image and the workloads, and puts them together under `ref`. */
export async function makeNodeImage(
  host: Host,
  ref: string,
  definition: {
    readonly hash: string;
    readonly upstream: Upstream;
    readonly images: readonly Image[];
    readonly target: Target;
  },
): Promise<void> {
  const { hash, upstream, images, target } = definition;
  const from = await plainNode(host, upstream, target);
  await inWorkFolder(host, async (work) => {
    const { archives, provenance } = await workloadArchives(host, work, images, target);
    const isPulled = from.provenance[0]?.source === 'pulled';
    const added = isPulled ? images.flatMap(({ onNode = [] }) => onNode) : [];
    await bake(host, from.reference, ref, {
      archives,
      files: [...(await addedFiles(host, added, target)), coreDnsPatchFile(host)],
      hash,
      provenance: [...withAdded(from.provenance, added), ...provenance],
    });
  });
}

/** kubeadm finds it in the folder that `withQuickStart` of src/cluster/shape.ts names. */
const coreDnsPatch = 'node/corednsdeployment+strategic.yaml';
const coreDnsPatchFile = ({ paths }: Host): LayerFile => ({
  from: join(paths.project, 'images', coreDnsPatch),
  to: '/kind/patches/corednsdeployment+strategic.yaml',
  mode: '0644',
});

/** The catalogue's entry for a workload that a lab names. */
export function workload(id: string): Image {
  const known = catalogue.filter(({ role }) => role === 'workload');
  const found = known.find((image) => image.id === id);
  if (found) return found;
  throw new UsageError(
    `images/catalogue.ts has no workload image '${id}'; it has ${known.map((one) => one.id).join(', ')}`,
  );
}

/** The same whether the parts will be pulled or built: what a definition asks for names the result. */
async function nodeImageHash(host: Host, images: readonly Image[], target: Target): Promise<string> {
  const modules = images.flatMap(({ recipe, onNode = [] }) =>
    [...recipe.ingredients, ...onNode].flatMap((one) => (one.from === 'go' ? [one.module] : [])),
  );
  const files = images.flatMap(({ recipe }) =>
    recipe.ingredients.flatMap((one) => (one.from === 'file' ? [one.file] : [])),
  );
  const [built, ...sources] = await Promise.all([
    builtNodeHash(host, target),
    ...[...new Set(modules)].sort().map((name) => moduleHash(host, name, target)),
    ...[...files, coreDnsPatch].sort().map((file) => textHash(join(host.paths.project, 'images', file))),
  ]);
  const sorted = [...images].sort((a, b) => a.id.localeCompare(b.id));
  return contentHash({ node, built, sources, images: sorted, nodeEnvironment });
}

/** The node image before workloads are put into it: pulled, else built. */
export async function plainNode(
  host: Host,
  upstream: Upstream,
  target: Target,
): Promise<{ reference: string; provenance: readonly Provenance[] }> {
  const pulled = await pull(host, upstream);
  if (pulled.state !== 'unavailable') {
    const { reference, digest } = pulled;
    return { reference, provenance: [{ image: upstream.reference, source: 'pulled', digest }] };
  }
  host.notify({ type: 'note', text: `${pulled.cause}; the node image is built from source` });
  return ensureBuiltNode(host, target);
}

async function fromLabels(host: Host, ref: string): Promise<NodeImage | undefined> {
  const facts = await inspectImage(host, ref);
  const label = facts?.labels[labels.provenance];
  if (label === undefined) return undefined;
  return { ref, kubernetes: node.kubernetes, provenance: provenanceList.parse(JSON.parse(label)) };
}
