/** What a lab names outside its own file: manifests, cluster shape, images. */
import { access, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { LineCounter, parseAllDocuments } from 'yaml';
import { z } from 'zod';
import type { Shape } from '../../cluster/shape.ts';
import { UsageError } from '../../host/errors.ts';
import { didYouMean } from '../nearest.ts';
import type { Lab } from '../schema/lab.ts';
import { nodeProblems } from './nodes.ts';
import type { Problem } from './problem.ts';

export async function fileProblems(projectRoot: string, lab: Lab): Promise<Problem[]> {
  const shapes = await readShapes(projectRoot);
  const images = [...(await readImages(projectRoot)).keys()];
  const shape = shapes[lab.shape];
  const unknownImages = lab.images.entries().flatMap(([index, id]) => {
    if (images.includes(id)) return [];
    const message = `images/catalogue.ts has no image "${id}"${didYouMean(id, images)}`;
    return [{ path: ['images', index], message }];
  });
  return [
    ...(await manifestProblems(projectRoot, lab)),
    ...unknownImages,
    ...(shape === undefined ? [unknownShape(lab, Object.keys(shapes))] : nodeProblems(lab, shape)),
  ];
}

const unknownShape = (lab: Lab, names: string[]): Problem => ({
  path: ['shape'],
  message: `labs/common/shapes.ts has no shape "${lab.shape}"${didYouMean(lab.shape, names) || `; it has ${names.join(', ')}`}`,
});

/** The record `shapes` of labs/common/shapes.ts. */
export async function readShapes(projectRoot: string): Promise<Readonly<Record<string, Shape>>> {
  const module = await importModule(projectRoot, 'labs/common/shapes.ts');
  return z.looseObject({ shapes: z.record(z.string(), z.custom<Shape>()) }).parse(module).shapes;
}

const catalogueSchema = z.array(
  z.looseObject({ id: z.string(), upstream: z.looseObject({ reference: z.string() }) }),
);

/** Id and upstream reference of each image in images/catalogue.ts. */
export async function readImages(projectRoot: string): Promise<ReadonlyMap<string, string>> {
  const module = await importModule(projectRoot, 'images/catalogue.ts');
  const { catalogue } = z.looseObject({ catalogue: catalogueSchema }).parse(module);
  return new Map(catalogue.map(({ id, upstream }) => [id, upstream.reference]));
}

async function importModule(projectRoot: string, file: string): Promise<unknown> {
  try {
    return await import(/* @vite-ignore */ pathToFileURL(join(projectRoot, file)).href);
  } catch (error) {
    throw new UsageError(`${file} can't be loaded: ${(error as Error).message}`, { cause: error });
  }
}

/** Files of the lab's manifests/, sorted. */
export async function listManifests(projectRoot: string, id: string): Promise<string[]> {
  const folder = join(projectRoot, 'labs', id, 'manifests');
  const exists = await access(folder).then(
    () => true,
    () => false,
  );
  return exists ? (await readdir(folder)).sort() : [];
}

async function manifestProblems(projectRoot: string, lab: Lab): Promise<Problem[]> {
  const files = await listManifests(projectRoot, lab.id);
  const missing = lab.manifests.entries().flatMap(([index, entry]): Problem[] => {
    const file = typeof entry === 'string' ? entry : entry.file;
    if (files.includes(file)) return [];
    const message = `there is no labs/${lab.id}/manifests/${file}${didYouMean(file, files)}`;
    return [{ path: ['manifests', index], message }];
  });
  const mentioned = JSON.stringify(lab);
  const unused = files.filter((file) => !mentioned.includes(file));
  return [
    ...missing,
    ...unused.map((file) => ({ path: [], message: `manifests/${file} is not used by the lab` })),
    ...(await Promise.all(files.map((file) => yamlProblems(projectRoot, lab.id, file)))).flat(),
  ];
}

async function yamlProblems(projectRoot: string, id: string, file: string): Promise<Problem[]> {
  const text = await readFile(join(projectRoot, 'labs', id, 'manifests', file), 'utf8');
  const lineCounter = new LineCounter();
  const documents = parseAllDocuments(text, { lineCounter, prettyErrors: false });
  return documents.flatMap((document) =>
    document.errors.map((error) => {
      const { line, col } = lineCounter.linePos(error.pos[0]);
      return { path: [], message: `labs/${id}/manifests/${file}:${line}:${col}: ${error.message}` };
    }),
  );
}
