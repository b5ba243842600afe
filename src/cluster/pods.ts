/** Pods that a lab waits for, and what keeps them from starting. */
import { z } from 'zod';
import { ProvisioningError } from '../host/errors.ts';
import type { Exec } from '../host/exec.ts';
import { type Cluster, kubectlJson } from './cluster.ts';

const podList = z.object({
  items: z.array(
    z.object({
      metadata: z.object({ name: z.string(), deletionTimestamp: z.string().optional() }),
      status: z.object({
        conditions: z.array(z.object({ type: z.string(), status: z.string() })).optional(),
        containerStatuses: z
          .array(
            z.object({
              image: z.string(),
              state: z.object({
                waiting: z
                  .object({ reason: z.string().optional(), message: z.string().optional() })
                  .optional(),
              }),
            }),
          )
          .optional(),
      }),
    }),
  ),
});

/** kubelet's reasons for a container whose image is not there (pkg/kubelet/images/types.go). */
const imageReasons = ['ErrImagePull', 'ImagePullBackOff', 'ErrImageNeverPull', 'InvalidImageName'];

export interface PodCount {
  readonly ready: number;
  /** All that exist, those being deleted too. */
  readonly total: number;
}

/** @throws ProvisioningError when a pod waits for an image that can't be had: waiting longer would not help. */
export async function countPods(
  exec: Exec,
  cluster: Cluster,
  namespace: string,
  selector: string | undefined,
): Promise<PodCount> {
  const args = ['get', 'pods', `--namespace=${namespace}`, ...(selector ? [`--selector=${selector}`] : [])];
  const { items } = podList.parse(await kubectlJson(exec, cluster, args));
  for (const pod of items) {
    for (const { image, state } of pod.status.containerStatuses ?? []) {
      const { reason, message } = state.waiting ?? {};
      if (reason === undefined || !imageReasons.includes(reason)) continue;
      throw new ProvisioningError(
        `pod ${pod.metadata.name} can't start: its image ${image} can't be had (${reason}${message ? `: ${message}` : ''}). ` +
          "Use an image of images/catalogue.ts and list it under the lab's `images`.",
      );
    }
  }
  const isReady = (pod: (typeof items)[number]) =>
    pod.metadata.deletionTimestamp === undefined &&
    pod.status.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True');
  return { ready: items.filter(isReady).length, total: items.length };
}
