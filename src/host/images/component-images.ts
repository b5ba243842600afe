/** Images of the catalogue, built from source: layers on disk and what is in them. */
import { join } from 'node:path';
import type { Image, Ingredient } from '../../../images/schema.ts';
import type { Host } from '../host.ts';
import { type Layer, type LayerFile, type LocalImage, makeLayer } from './archive.ts';
import { ensureCProgram } from './c-program.ts';
import { ensurePrograms, goModule } from './go-programs.ts';
import type { Target } from './go-toolchain.ts';
import type { Provenance } from './provenance.ts';
import { ensurePackageLayer, type Rootfs } from './rootfs.ts';

/** The files of these ingredients, built if need be. */
export async function layerFiles(
  host: Host,
  ingredients: readonly Ingredient[],
  target: Target,
): Promise<LayerFile[]> {
  const files: LayerFile[] = [];
  for (const ingredient of ingredients) files.push(await layerFile(host, ingredient, target));
  return files;
}

async function layerFile(host: Host, ingredient: Ingredient, target: Target): Promise<LayerFile> {
  const { to } = ingredient;
  switch (ingredient.from) {
    case 'go': {
      const [from] = await ensurePrograms(host, ingredient.module, [ingredient.program], target);
      if (from === undefined) throw new Error(`no path for ${ingredient.program}`);
      return { from, to, mode: '0755' };
    }
    case 'c':
      return { from: await ensureCProgram(host, ingredient, target), to, mode: '0755' };
    case 'file':
      return { from: join(host.paths.project, 'images', ingredient.file), to, mode: ingredient.mode };
    case 'folder':
      return { to, folder: true };
    default:
      return ingredient satisfies never;
  }
}

/** Which programs of which Go modules these ingredients need, so that each module is built in one go. Pure. */
export function neededPrograms(ingredients: readonly Ingredient[]): Map<string, string[]> {
  const needed = new Map<string, string[]>();
  for (const ingredient of ingredients) {
    if (ingredient.from !== 'go') continue;
    const programs = needed.get(ingredient.module) ?? [];
    if (!programs.includes(ingredient.program)) programs.push(ingredient.program);
    needed.set(ingredient.module, programs);
  }
  return needed;
}

/** Makes the image's layers in `work`. */
export async function buildImage(
  host: Host,
  work: string,
  image: Image,
  { rootfs, target }: { rootfs: Rootfs; target: Target },
): Promise<LocalImage> {
  const { recipe } = image;
  const layers: Layer[] = recipe.base === 'netbase' ? [rootfs] : [];
  if (recipe.packages) layers.push(await ensurePackageLayer(host, recipe.packages, target.arch));
  if (recipe.ingredients.length > 0) {
    const files = await layerFiles(host, recipe.ingredients, target);
    layers.push(await makeLayer(host, work, image.id, files));
  }
  return {
    reference: image.upstream.reference,
    arch: target.arch,
    layers,
    entrypoint: recipe.entrypoint,
    command: recipe.command,
    user: recipe.user,
  };
}

/** What the label and evidence say of an image that was built. Pure. */
export function builtProvenance(image: Image, rootfs: Pick<Rootfs, 'packages'>): Provenance {
  const modules = sourceModules(image.recipe.ingredients);
  return {
    image: image.upstream.reference,
    source: image.built === 'stand-in' ? 'stand-in' : 'built',
    ...(modules.length > 0 ? { modules } : {}),
    ...(image.recipe.base === 'netbase' ? { packages: [...rootfs.packages] } : {}),
    ...(image.note === undefined ? {} : { note: image.note }),
  };
}

/** The modules that these ingredients come from, each once. Pure. */
export function sourceModules(ingredients: readonly Ingredient[]): { path: string; version: string }[] {
  const names = ingredients.flatMap((one) => (one.from === 'go' || one.from === 'c' ? [one.module] : []));
  return [...new Set(names)].map((name) => {
    const { module, version } = goModule(name);
    return { path: module, version };
  });
}
