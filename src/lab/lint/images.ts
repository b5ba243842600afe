/** Images of manifests: only those that the catalogue can pull or build, and that the lab asks for. */
import { LineCounter, parseAllDocuments, visit } from 'yaml';
import type { Lab } from '../schema/lab.ts';
import type { Finding } from './finding.ts';

/** @param images upstream references by id, from images/catalogue.ts. */
export function unknownImages(
  lab: Pick<Lab, 'id' | 'images'>,
  manifests: Readonly<Record<string, string>>,
  images: ReadonlyMap<string, string>,
): Finding[] {
  const known = lab.images.map((id) => images.get(id) ?? id);
  return Object.entries(manifests).flatMap(([name, text]) =>
    imagesIn(text)
      .filter(({ image }) => !known.includes(image))
      .map(({ image, line }) => ({
        file: `labs/${lab.id}/manifests/${name}`,
        line,
        severity: 'error',
        message: `the image ${image} is none of the lab's, which are ${known.join(', ')}`,
      })),
  );
}

function imagesIn(text: string): { image: string; line: number }[] {
  const lineCounter = new LineCounter();
  const found: { image: string; line: number }[] = [];
  for (const document of parseAllDocuments(text, { lineCounter })) {
    visit(document, {
      Pair(_, { key, value }) {
        const name = (key as { value?: unknown } | null)?.value;
        const { value: image, range } = (value ?? {}) as { value?: unknown; range?: [number] };
        if (name !== 'image' || typeof image !== 'string' || range === undefined) return;
        found.push({ image, line: lineCounter.linePos(range[0]).line });
      },
    });
  }
  return found;
}
