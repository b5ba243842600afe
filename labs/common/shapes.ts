/** Cluster shapes that labs share: labs with the same shape can run one after another in one cluster. */
import type { Shape } from '../../src/cluster/shape.ts';

export const shapes = {
  /** One control plane and two workers: a node with the pod, a node without it, and one more. */
  'three-nodes': { id: '3n', workers: 2, ipFamily: 'ipv4', podNetwork: 'kindnet' },
} as const satisfies Record<string, Shape>;

export type ShapeName = keyof typeof shapes;
