/** `lab setup --pin`: fills in the digests that the catalogue has not, from what a registry answers. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { catalogue, node } from '../../../images/catalogue.ts';
import type { Upstream } from '../../../images/schema.ts';
import { ProvisioningError } from '../errors.ts';
import type { Host } from '../host.ts';
import { writeFileAtomically } from '../json-file.ts';
import { pull, splitReference } from './pull.ts';

export interface Pin {
  readonly reference: string;
  readonly digest: string;
}

/** Entries that are pulled and pinned by tag only. */
export const unpinned = (): readonly Upstream[] =>
  [node, ...catalogue.filter(({ role }) => role === 'workload')]
    .map(({ upstream }) => upstream)
    .filter(({ digest }) => digest.state === 'unknown');

/**
 * Pulls every image that has no digest yet and writes what came into images/catalogue.ts.
 *
 * @param today ISO date, which is written beside the digest
 * @throws ProvisioningError for an image that can't be pulled; what was pinned before it stays
 */
export async function pinDigests(host: Host, today: string): Promise<readonly Pin[]> {
  const file = join(host.paths.project, 'images', 'catalogue.ts');
  const pins: Pin[] = [];
  for (const upstream of unpinned()) {
    const pulled = await pull(host, upstream);
    if (pulled.state === 'unavailable') {
      throw new ProvisioningError(`${upstream.reference} can't be pinned: ${pulled.cause}`);
    }
    const pin = { reference: upstream.reference, digest: pulled.digest };
    await writeFileAtomically(file, pinInSource(await readFile(file, 'utf8'), pin, today));
    pins.push(pin);
  }
  return pins;
}

/** The catalogue's text with the digest of one reference. Pure. */
export function pinInSource(source: string, { reference, digest }: Pin, today: string): string {
  const at = source.indexOf(`'${reference}'`);
  const unknown = /digest: \{ state: 'unknown' \}/g;
  unknown.lastIndex = Math.max(at, 0);
  const found = at < 0 ? null : unknown.exec(source);
  // The digest of an entry stands right behind its reference.
  if (found === null || found.index - at > 400) {
    throw new Error(`images/catalogue.ts has no '${reference}' followed by digest: { state: 'unknown' }`);
  }
  const takenFrom = `${splitReference(reference).registry}, pulled by tag on ${today}`;
  const known = `digest: { state: 'known', value: '${digest}', takenFrom: '${takenFrom}' }`;
  return source.slice(0, found.index) + known + source.slice(found.index + found[0].length);
}
