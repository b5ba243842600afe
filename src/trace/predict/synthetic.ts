/**
 * Dumps of clusters of any size, as `kubectl get -o json` prints them. Only for tests and benchmarks; the
 * Pods carry what real ones carry (volumes, probes, tolerations, conditions), because reading past that is
 * the work.
 */

import {
  clusterIp,
  namespaceOf,
  nodeIp,
  nodeName,
  podName,
  podSubnet,
  syntheticPod,
  uid,
} from './synthetic-pod.ts';

/** How many of each; endpoints are spread evenly over Services and nodes. */
export interface SyntheticSize {
  readonly services: number;
  readonly endpoints: number;
  readonly nodes: number;
}

/** One list a kind; an iterable of texts, so that a writer need not hold a list of 50,000 Pods. */
export interface SyntheticDump {
  readonly services: Iterable<string>;
  readonly endpointSlices: Iterable<string>;
  readonly nodes: Iterable<string>;
  readonly pods: Iterable<string>;
}

/** The size that issue 4 asks for. */
export const largeCluster: SyntheticSize = { services: 5000, endpoints: 50_000, nodes: 1000 };

/** Lazy: each list is made while it is read. */
export function syntheticDump({ services, endpoints, nodes }: SyntheticSize): SyntheticDump {
  const perService = Math.ceil(endpoints / services);
  const place = (service: number, index: number) => {
    const ordinal = service * perService + index;
    return { node: ordinal % nodes, ip: `${podSubnet(ordinal % nodes)}.${2 + Math.floor(ordinal / nodes)}` };
  };
  const each = <T>(count: number, make: (index: number) => T): T[] =>
    Array.from({ length: count }, (_, n) => make(n));
  return {
    services: list(services, (service) => ({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: {
        creationTimestamp: '2026-11-22T03:00:00Z',
        labels: { app: `app-${service}`, 'app.kubernetes.io/part-of': namespaceOf(service) },
        name: `app-${service}`,
        namespace: namespaceOf(service),
        resourceVersion: String(1000 + service),
        uid: uid(service),
      },
      spec: {
        clusterIP: clusterIp(service),
        clusterIPs: [clusterIp(service)],
        externalTrafficPolicy: 'Cluster',
        internalTrafficPolicy: 'Cluster',
        ipFamilies: ['IPv4'],
        ipFamilyPolicy: 'SingleStack',
        ports: [{ name: 'http', nodePort: 20000 + service, port: 80, protocol: 'TCP', targetPort: 'http' }],
        selector: { app: `app-${service}` },
        sessionAffinity: 'None',
        type: 'NodePort',
      },
      status: { loadBalancer: {} },
    })),
    endpointSlices: list(services, (service) => ({
      addressType: 'IPv4',
      apiVersion: 'discovery.k8s.io/v1',
      endpoints: each(perService, (index) => ({
        addresses: [place(service, index).ip],
        conditions: { ready: true, serving: true, terminating: false },
        nodeName: nodeName(place(service, index).node),
        targetRef: {
          kind: 'Pod',
          name: podName(service, index),
          namespace: namespaceOf(service),
          uid: uid(service * perService + index),
        },
      })),
      kind: 'EndpointSlice',
      metadata: {
        generateName: `app-${service}-`,
        labels: {
          'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
          'kubernetes.io/service-name': `app-${service}`,
        },
        name: `app-${service}-x7k2p`,
        namespace: namespaceOf(service),
        ownerReferences: [{ apiVersion: 'v1', kind: 'Service', name: `app-${service}`, uid: uid(service) }],
      },
      ports: [{ name: 'http', port: 8080, protocol: 'TCP' }],
    })),
    nodes: list(nodes, (node) => ({
      apiVersion: 'v1',
      kind: 'Node',
      metadata: {
        labels: {
          'kubernetes.io/hostname': nodeName(node),
          'topology.kubernetes.io/zone': `zone-${node % 3}`,
        },
        name: nodeName(node),
        uid: uid(node),
      },
      spec: { podCIDR: `${podSubnet(node)}.0/24`, podCIDRs: [`${podSubnet(node)}.0/24`] },
      status: {
        addresses: [
          { address: nodeIp(node), type: 'InternalIP' },
          { address: nodeName(node), type: 'Hostname' },
        ],
        images: each(50, (image) => ({
          names: [`registry.example.test/team/image-${image}@sha256:${uid(image).repeat(2)}`],
          sizeBytes: 123456789,
        })),
      },
    })),
    pods: list(services * perService, (ordinal) => {
      const service = Math.floor(ordinal / perService);
      const index = ordinal % perService;
      const { node, ip } = place(service, index);
      return syntheticPod({ service, name: podName(service, index), node, ip, ordinal });
    }),
  };
}

/** kubectl indents by four and puts the items one after another. */
function* list(count: number, make: (index: number) => object): Iterable<string> {
  yield '{\n    "apiVersion": "v1",\n    "items": [\n';
  for (let index = 0; index < count; index++) {
    const text = JSON.stringify(make(index), undefined, 4).replace(/^/gm, '        ');
    yield index === count - 1 ? `${text}\n` : `${text},\n`;
  }
  yield '    ],\n    "kind": "List",\n    "metadata": {\n        "resourceVersion": ""\n    }\n}\n';
}
