/** What a recording is a recording of. Evidence with another hash is older than the lab, or of another one. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UsageError } from '../host/errors.ts';
import { listManifests, readShapes } from './load/files.ts';
import type { Lab } from './schema/lab.ts';

/** What belongs to a lab but does not stand in lab.ts. */
export interface DefinitionFiles {
  /** Contents by file name. */
  readonly manifests: Readonly<Record<string, string>>;
  readonly shape: unknown;
}

export async function readDefinitionFiles(projectRoot: string, lab: Lab): Promise<DefinitionFiles> {
  const folder = join(projectRoot, 'labs', lab.id, 'manifests');
  const names = await listManifests(projectRoot, lab.id);
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
  const shape = (await readShapes(projectRoot))[lab.shape];
  if (shape === undefined) throw new UsageError(`labs/common/shapes.ts has no shape "${lab.shape}"`);
  return { manifests: Object.fromEntries(names.map((name, index) => [name, texts[index] ?? ''])), shape };
}

/**
 * sha256, in hex, over canonical JSON: the order in which fields are written does not count, and neither does
 * whether the lab is a draft, so that evidence is recorded first and published then.
 */
export function definitionHash(lab: Lab, files: DefinitionFiles): string {
  return createHash('sha256')
    .update(canonicalJson({ lab: { ...lab, draft: false }, ...files }))
    .digest('hex');
}

function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, item: unknown) =>
    typeof item === 'object' && item !== null && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
      : item,
  );
}
