/** Workload images as archives: pulled and saved, or built. */
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Image } from '../../../images/schema.ts';
import { ProvisioningError, ReportedError } from '../errors.ts';
import type { Host } from '../host.ts';
import { packArchive, writeArchive, writeMetadata } from './archive.ts';
import type { WorkloadArchive } from './bake.ts';
import { buildImage, builtProvenance, neededPrograms } from './component-images.ts';
import { ensurePrograms } from './go-programs.ts';
import type { Target } from './go-toolchain.ts';
import { ensurePodRootfs } from './pod-rootfs.ts';
import type { Provenance } from './provenance.ts';
import { pull } from './pull.ts';
import { ensurePackageLayer } from './rootfs.ts';

export async function workloadArchives(
  host: Host,
  work: string,
  images: readonly Image[],
  target: Target,
): Promise<{ archives: WorkloadArchive[]; provenance: Provenance[] }> {
  const archives: WorkloadArchive[] = [];
  const provenance: Provenance[] = [];
  const toBuild: { image: Image; cause: string }[] = [];
  for (const image of images) {
    const pulled = await pull(host, image.upstream);
    if (pulled.state === 'unavailable') {
      toBuild.push({ image, cause: pulled.cause });
      continue;
    }
    archives.push(await savePulled(host, work, image, pulled.reference));
    provenance.push({ image: image.upstream.reference, source: 'pulled', digest: pulled.digest });
  }
  if (toBuild.length > 0) {
    const built = await buildWorkloads(host, work, toBuild, target);
    archives.push(built.archive);
    provenance.push(...built.provenance);
  }
  return { archives, provenance };
}

async function buildWorkloads(
  host: Host,
  work: string,
  toBuild: readonly { image: Image; cause: string }[],
  target: Target,
): Promise<{ archive: WorkloadArchive; provenance: Provenance[] }> {
  const images = toBuild.map(({ image }) => image);
  const rootfs = await ensurePodRootfs(host, target.arch);
  for (const [name, programs] of neededPrograms(images.flatMap(({ recipe }) => recipe.ingredients))) {
    await ensurePrograms(host, name, programs, target).catch((error: unknown) => {
      throw becauseNotPulled(error, toBuild);
    });
  }
  const built = await Promise.all(images.map((image) => buildImage(host, work, image, { rootfs, target })));
  const tar = join(work, 'workloads.tar');
  await writeArchive(host, work, built, tar);
  const references = images.map(({ upstream }) => upstream.reference);
  const provenance = await Promise.all(
    images.map(async (image) => {
      const { packages: own } = image.recipe;
      const layer = own && (await ensurePackageLayer(host, own, target.arch));
      return builtProvenance(image, { packages: [...rootfs.packages, ...(layer?.packages ?? [])] });
    }),
  );
  return { archive: { tar, references }, provenance };
}

/** An image that can be neither pulled nor built is reported with both reasons. */
function becauseNotPulled(error: unknown, toBuild: readonly { image: Image; cause: string }[]): unknown {
  if (!(error instanceof ReportedError)) return error;
  const pulls = toBuild.map(
    ({ image, cause }) => `${image.upstream.reference} could not be pulled (${cause})`,
  );
  return new ProvisioningError(`${pulls.join('; ')}, and ${error.message}`, { cause: error });
}

const savedManifest = z.array(
  z.object({ Config: z.string(), RepoTags: z.array(z.string()).nullish(), Layers: z.array(z.string()) }),
);

/**
 * `docker save`, with our reference as the image's only name: an image pulled by digest has none. Newer engines add
 * an OCI layout, which would be read first and names nothing; it is left out.
 */
async function savePulled(
  host: Host,
  work: string,
  image: Image,
  reference: string,
): Promise<WorkloadArchive> {
  const saved = join(work, `${image.id}.saved`);
  await mkdir(saved);
  await host.exec(['docker', 'save', '--output', `${saved}.tar`, reference], { timeoutMs: 300_000 });
  await host.exec(['tar', '-C', saved, '-xf', `${saved}.tar`]);
  const [entry] = savedManifest.parse(JSON.parse(await readFile(join(saved, 'manifest.json'), 'utf8')));
  if (entry === undefined) throw new ProvisioningError(`docker save ${reference} wrote no image`);
  await writeMetadata(saved, [{ ...entry, RepoTags: [image.upstream.reference] }]);
  const tar = join(work, `${image.id}.tar`);
  await packArchive(host, saved, [entry.Config, ...entry.Layers], tar);
  return { tar, references: [image.upstream.reference] };
}
