/** On what and when a lab was recorded. */
import type { Evidence } from '../../lab/evidence/schema.ts';
import { networkOf } from '../evidence/lab.ts';

export interface Recording {
  /** kube-proxy's modes. */
  readonly modes: readonly string[];
  readonly date: string;
  readonly passed: number;
  readonly facts: readonly (readonly [name: string, value: string])[];
  readonly images: Evidence['on']['images'];
}

/** What all cells share is told once; the oldest date counts. */
export function recording(cells: readonly Evidence[]): Recording | undefined {
  const [first] = cells;
  if (first === undefined) return undefined;
  const distinct = (pick: (on: Evidence['on']) => string) =>
    [...new Set(cells.map(({ on }) => pick(on)))].join(', ');
  const networks = [...new Set(cells.map(networkOf))];
  const images = new Map(cells.flatMap(({ on }) => on.images).map((image) => [image.image, image]));
  return {
    modes: [...new Set(cells.map(({ on }) => on.proxyMode))],
    date: cells.map(({ recordedAt }) => recordedAt).sort()[0] ?? first.recordedAt,
    passed: cells.reduce((sum, { checks }) => sum + checks.length, 0),
    facts: [
      ['Kubernetes', distinct((on) => on.kubernetes)],
      ['kind', distinct((on) => on.kind)],
      ['kube-proxy', distinct((on) => on.proxyMode)],
      ...(networks.length > 1 ? [['Pod networks', networks.join(', ')] as const] : []),
      ['Linux', distinct((on) => on.kernel)],
      ['containerd', distinct((on) => on.containerd)],
      ['Docker', distinct((on) => on.docker)],
      ['Architecture', distinct((on) => on.architecture)],
    ],
    images: [...images.values()],
  };
}
