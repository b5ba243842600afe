/** Manifests that a page shows, and regions of them. The build would fail too; this names the line, and needs no build. */
import type { Finding } from '../../lab/lint.ts';
import { listManifests } from '../../lab/load/files.ts';
import { didYouMean } from '../../lab/nearest.ts';
import { EvidenceError } from '../evidence/error.ts';
import { readManifest } from '../model/manifest.ts';
import { elementsOf } from './element.ts';
import type { Page } from './page.ts';

export async function unknownManifests({ file, text, lab: own }: Page, root: string): Promise<Finding[]> {
  const findings = await Promise.all(
    elementsOf(text).map(async ({ name, line, attributes }): Promise<Finding[]> => {
      const { lab = own, file: manifest, region } = attributes;
      if (name !== 'Manifest' || lab === undefined || manifest === undefined) return [];
      const message = await problemOf(root, lab, manifest, region);
      return message === undefined ? [] : [{ file, line, severity: 'error', message }];
    }),
  );
  return findings.flat();
}

async function problemOf(root: string, lab: string, file: string, region: string | undefined) {
  const known = await listManifests(root, lab);
  if (!known.includes(file)) return `${lab} has no manifest "${file}"${didYouMean(file, known)}`;
  try {
    await readManifest(root, lab, file, region);
    return undefined;
  } catch (error) {
    if (error instanceof EvidenceError) return error.message;
    throw error;
  }
}
