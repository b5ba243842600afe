/** On what and when a lab was recorded. */
import type { Evidence, Provenance } from '../../lab/evidence/schema.ts';

export interface Recording {
  readonly cells: readonly string[];
  readonly date: string;
  readonly passed: number;
  readonly facts: readonly (readonly [name: string, value: string])[];
  readonly images: readonly Provenance[];
}

/** What all cells share is told once; the oldest date counts. */
export function recording(cells: readonly Evidence[]): Recording | undefined {
  const [first] = cells;
  if (first === undefined) return undefined;
  const distinct = (pick: (on: Evidence['on']) => string) =>
    [...new Set(cells.map(({ on }) => pick(on)))].join(', ');
  const images = new Map(cells.flatMap(({ on }) => on.images).map((image) => [image.image, image]));
  return {
    cells: cells.map(({ cell }) => cell),
    date: cells.map(({ recordedAt }) => recordedAt).sort()[0] ?? first.recordedAt,
    passed: cells.reduce((sum, { checks }) => sum + checks.length, 0),
    facts: [
      ['Kubernetes', distinct((on) => on.kubernetes)],
      ['kind', distinct((on) => on.kind)],
      ['kube-proxy', distinct((on) => on.proxyMode)],
      ['Linux', distinct((on) => on.kernel)],
      ['containerd', distinct((on) => on.containerd)],
      ['Docker', distinct((on) => on.docker)],
      ['Architecture', distinct((on) => on.architecture)],
    ],
    images: [...images.values()],
  };
}
