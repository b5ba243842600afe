/**
 * Dumps of clusters of any size, as `kubectl get -o json` prints them. Only for tests and benchmarks; the
 * Pods carry what real ones carry (volumes, probes, tolerations, conditions), because reading past that is
 * the work.
 */

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

const namespaceOf = (service: number): string => `team-${service % 100}`;
const podName = (service: number, index: number): string =>
  `app-${service}-6d5f9c7b8d-${(service * 1000 + index).toString(36).padStart(5, '0')}`;
const nodeName = (node: number): string => `worker-${node}`;
const nodeIp = (node: number): string => `172.31.${node >> 8}.${node & 255}`;
const podSubnet = (node: number): string => `10.${64 + (node >> 8)}.${node & 255}`;
const clusterIp = (service: number): string => `10.32.${service >> 8}.${service & 255}`;

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
      return pod({ service, name: podName(service, index), node, ip, ordinal });
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

const uid = (seed: number): string => `00000000-0000-4000-8000-${seed.toString(16).padStart(12, '0')}`;

interface PodPlace {
  readonly service: number;
  readonly name: string;
  readonly node: number;
  readonly ip: string;
  readonly ordinal: number;
}

function pod({ service, name, node, ip, ordinal }: PodPlace): object {
  const condition = (type: string) => ({
    lastProbeTime: null,
    lastTransitionTime: '2026-11-22T03:00:00Z',
    observedGeneration: 1,
    status: 'True',
    type,
  });
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      creationTimestamp: '2026-11-22T03:00:00Z',
      generateName: name.slice(0, -5),
      labels: { app: `app-${service}`, 'pod-template-hash': '6d5f9c7b8d' },
      name,
      namespace: namespaceOf(service),
      ownerReferences: [
        {
          apiVersion: 'apps/v1',
          blockOwnerDeletion: true,
          controller: true,
          kind: 'ReplicaSet',
          name,
          uid: uid(service),
        },
      ],
      resourceVersion: String(ordinal),
      uid: uid(ordinal),
    },
    spec: {
      containers: [
        {
          args: ['netexec', '--http-port=8080', '--message="hello \\ world"'],
          env: [{ name: 'POD_IP', valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath: 'status.podIP' } } }],
          image: 'registry.k8s.io/e2e-test-images/agnhost:2.66.0',
          imagePullPolicy: 'IfNotPresent',
          livenessProbe: {
            failureThreshold: 3,
            httpGet: { path: '/healthz', port: 'http', scheme: 'HTTP' },
            periodSeconds: 10,
            successThreshold: 1,
            timeoutSeconds: 1,
          },
          name: 'app',
          ports: [{ containerPort: 8080, name: 'http', protocol: 'TCP' }],
          resources: { limits: { memory: '128Mi' }, requests: { cpu: '10m', memory: '64Mi' } },
          terminationMessagePath: '/dev/termination-log',
          terminationMessagePolicy: 'File',
          volumeMounts: [
            {
              mountPath: '/var/run/secrets/kubernetes.io/serviceaccount',
              name: 'kube-api-access',
              readOnly: true,
            },
          ],
        },
      ],
      dnsPolicy: 'ClusterFirst',
      enableServiceLinks: true,
      nodeName: nodeName(node),
      preemptionPolicy: 'PreemptLowerPriority',
      priority: 0,
      restartPolicy: 'Always',
      schedulerName: 'default-scheduler',
      securityContext: {},
      serviceAccount: 'default',
      serviceAccountName: 'default',
      terminationGracePeriodSeconds: 30,
      tolerations: ['not-ready', 'unreachable'].map((taint) => ({
        effect: 'NoExecute',
        key: `node.kubernetes.io/${taint}`,
        operator: 'Exists',
        tolerationSeconds: 300,
      })),
      volumes: [
        {
          name: 'kube-api-access',
          projected: {
            defaultMode: 420,
            sources: [
              { serviceAccountToken: { expirationSeconds: 3607, path: 'token' } },
              { configMap: { items: [{ key: 'ca.crt', path: 'ca.crt' }], name: 'kube-root-ca.crt' } },
            ],
          },
        },
      ],
    },
    status: {
      conditions: [
        'PodReadyToStartContainers',
        'Initialized',
        'Ready',
        'ContainersReady',
        'PodScheduled',
      ].map(condition),
      containerStatuses: [
        {
          containerID: `containerd://${uid(ordinal).repeat(2)}`,
          image: 'registry.k8s.io/e2e-test-images/agnhost:2.66.0',
          imageID: `registry.k8s.io/e2e-test-images/agnhost@sha256:${uid(7).repeat(2)}`,
          lastState: {},
          name: 'app',
          ready: true,
          restartCount: 0,
          started: true,
          state: { running: { startedAt: '2026-11-22T03:00:00Z' } },
        },
      ],
      hostIP: nodeIp(node),
      hostIPs: [{ ip: nodeIp(node) }],
      phase: 'Running',
      podIP: ip,
      podIPs: [{ ip }],
      qosClass: 'Burstable',
      startTime: '2026-11-22T03:00:00Z',
    },
  };
}
