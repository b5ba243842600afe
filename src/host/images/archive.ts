/**
 * Image archives in the format of `docker save` (moby/image/spec/v1.2.md), made from files.
 *
 * Made by hand because a legacy `docker build` (Debian 12 has no buildx) would tag our builds with upstream names in
 * a person's Docker, and because kind's node builder reads names from the first metadata file in the tar and takes
 * only the first entry of manifest.json: here `repositories` comes first, with all names written out.
 */
import { createHash } from 'node:crypto';
import { link, mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Host } from '../host.ts';
import { fileHash } from './content-hash.ts';

/** A layer: an uncompressed tar and its digest. */
export interface Layer {
  readonly tar: string;
  readonly sha256: string;
}

export interface LocalImage {
  readonly reference: string;
  readonly arch: 'amd64' | 'arm64';
  readonly layers: readonly Layer[];
  readonly entrypoint: readonly string[];
  readonly command: readonly string[];
  readonly user: string | undefined;
}

/** A file that goes into a layer. */
export type LayerFile =
  | { readonly to: string; readonly from: string; readonly mode: '0644' | '0755' }
  | { readonly to: string; readonly folder: true };

/** One layer with these files, the same bytes each time, owned by root. */
export async function makeLayer(
  host: Host,
  work: string,
  name: string,
  files: readonly LayerFile[],
): Promise<Layer> {
  const stage = join(work, `${name}.layer`);
  const tar = `${stage}.tar`;
  for (const file of files) {
    const path = join(stage, file.to);
    if ('folder' in file) {
      await mkdir(path, { recursive: true });
      continue;
    }
    await mkdir(dirname(path), { recursive: true });
    await host.exec(['install', '-m', file.mode, file.from, path]);
  }
  await host.exec(['chmod', '-R', 'u+rwX,go+rX,go-w', stage]);
  const plain = ['--sort=name', '--owner=0', '--group=0', '--numeric-owner', '--mtime=@0'];
  await host.exec(['tar', ...plain, '-C', stage, '-cf', tar, '.']);
  return { tar, sha256: await fileHash(tar) };
}

/** The configuration of an image, as text. Pure. */
export function imageConfig(image: LocalImage): string {
  return JSON.stringify({
    architecture: image.arch,
    os: 'linux',
    config: {
      Env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'],
      ...(image.entrypoint.length > 0 ? { Entrypoint: image.entrypoint } : {}),
      ...(image.command.length > 0 ? { Cmd: image.command } : {}),
      ...(image.user === undefined ? {} : { User: image.user }),
    },
    rootfs: { type: 'layers', diff_ids: image.layers.map(({ sha256 }) => `sha256:${sha256}`) },
    history: image.layers.map(() => ({ created_by: 'hop-by-hop' })),
  });
}

export interface ManifestEntry {
  readonly Config: string;
  readonly RepoTags: readonly string[];
  readonly Layers: readonly string[];
}

/** The content of `repositories`: name to tag to image. Pure. */
export function repositories(manifest: readonly ManifestEntry[]): Record<string, Record<string, string>> {
  const result: Record<string, Record<string, string>> = {};
  for (const { Config, RepoTags } of manifest) {
    for (const reference of RepoTags) {
      const colon = reference.lastIndexOf(':');
      const name = reference.slice(0, colon);
      result[name] = { ...result[name], [reference.slice(colon + 1)]: Config.replace(/\.json$/, '') };
    }
  }
  return result;
}

/** Writes one archive with all of these images; a layer that several have is in it once. */
export async function writeArchive(
  host: Host,
  work: string,
  images: readonly LocalImage[],
  to: string,
): Promise<void> {
  const folder = `${to}.content`;
  await mkdir(folder, { recursive: true });
  const manifest: ManifestEntry[] = [];
  const layers = new Map(
    images.flatMap((image) => image.layers.map((layer) => [layer.sha256, layer.tar] as const)),
  );
  for (const [sha256, tar] of layers) await place(tar, join(folder, `${sha256}.tar`));
  for (const image of images) {
    const config = imageConfig(image);
    const name = `${createHash('sha256').update(config).digest('hex')}.json`;
    await writeFile(join(folder, name), config);
    manifest.push({
      Config: name,
      RepoTags: [image.reference],
      Layers: image.layers.map((one) => `${one.sha256}.tar`),
    });
  }
  await writeMetadata(folder, manifest);
  const files = [...new Set(manifest.flatMap((entry) => [entry.Config, ...entry.Layers]))];
  await packArchive(host, folder, files, to);
  await host.exec(['rm', '-r', folder], { cwd: work });
}

export async function writeMetadata(folder: string, manifest: readonly ManifestEntry[]): Promise<void> {
  await writeFile(join(folder, 'repositories'), JSON.stringify(repositories(manifest)));
  await writeFile(join(folder, 'manifest.json'), JSON.stringify(manifest));
}

/** `repositories` first, then the rest. Links are followed: layers lie where they were made. */
export async function packArchive(
  host: Host,
  folder: string,
  files: readonly string[],
  to: string,
): Promise<void> {
  await host.exec(['tar', '-h', '-C', folder, '-cf', to, 'repositories', 'manifest.json', ...files]);
}

/** A second name for a file, without a copy where the file system can do that. */
async function place(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch {
    await symlink(from, to); // another file system
  }
}
