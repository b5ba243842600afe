/** The objects of a cluster that belong to no lab: nodes, kube-system, and what has no namespace. */
import { z } from 'zod';
import type { Kubectl } from '../cluster-state.ts';
import type { Parts } from './lines.ts';

const list = z.object({
  items: z.array(
    z.looseObject({
      kind: z.string(),
      metadata: z.looseObject({
        name: z.string(),
        labels: z.record(z.string(), z.string()).optional(),
      }),
      spec: z.json().optional(),
      data: z.json().optional(),
      status: z
        .looseObject({
          conditions: z.array(z.object({ type: z.string(), status: z.string() })).optional(),
        })
        .optional(),
    }),
  ),
});

const namedOnly =
  'namespaces,customresourcedefinitions,clusterroles,clusterrolebindings,persistentvolumes,validatingwebhookconfigurations,mutatingwebhookconfigurations';

export async function apiParts(kubectl: Kubectl): Promise<Parts> {
  const [nodes, system, names, inDefault] = await Promise.all([
    kubectl(['get', 'nodes', '-o', 'json']),
    kubectl(['get', 'daemonsets,deployments,services,configmaps', '--namespace=kube-system', '-o', 'json']),
    kubectl(['get', namedOnly, '-o', 'name']),
    kubectl(['get', 'pods,services,configmaps', '--namespace=default', '-o', 'name']),
  ]);
  return {
    nodes: objectLines(nodes),
    'kube-system': objectLines(system),
    'objects without a namespace': names.split('\n').filter(Boolean).sort(),
    'objects in default': inDefault.split('\n').filter(Boolean).sort(),
  };
}

/** One line a field, so that a difference names it: `DaemonSet/kube-proxy spec.template…: value`. */
export function objectLines(json: string): string[] {
  const { items } = list.parse(JSON.parse(json));
  return (
    items
      .flatMap(({ kind, metadata, spec, data, status }) => {
        const ready = status?.conditions?.find(({ type }) => type === 'Ready' && kind === 'Node')?.status;
        const fields = [
          ...fieldsOf(spec, 'spec'),
          ...fieldsOf(data, 'data'),
          ...(kind === 'Node' ? fieldsOf(metadata.labels, 'labels') : []),
          ...(ready === undefined ? [] : [`Ready: ${ready}`]),
        ];
        return fields.map((field) => `${kind}/${metadata.name} ${field}`);
      })
      // `kubectl rollout restart` leaves when it was; the pods are as before.
      .filter((line) => !line.includes('kubectl.kubernetes.io/restartedAt'))
      .sort()
  );
}

function fieldsOf(value: unknown, path: string): string[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((item, index) => fieldsOf(item, `${path}[${index}]`));
  if (typeof value === 'object') {
    return Object.entries(value).flatMap(([key, item]) => fieldsOf(item, `${path}.${key}`));
  }
  return String(value)
    .split('\n')
    .map((line) => `${path}: ${line}`);
}
