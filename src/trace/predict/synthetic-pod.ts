/** Names and addresses of a synthetic cluster, and its Pods: with all that real ones carry. */

export const namespaceOf = (service: number): string => `team-${service % 100}`;
export const podName = (service: number, index: number): string =>
  `app-${service}-6d5f9c7b8d-${(service * 1000 + index).toString(36).padStart(5, '0')}`;
export const nodeName = (node: number): string => `worker-${node}`;
export const nodeIp = (node: number): string => `172.31.${node >> 8}.${node & 255}`;
export const podSubnet = (node: number): string => `10.${64 + (node >> 8)}.${node & 255}`;
export const clusterIp = (service: number): string => `10.32.${service >> 8}.${service & 255}`;
export const uid = (seed: number): string => `00000000-0000-4000-8000-${seed.toString(16).padStart(12, '0')}`;

/** Which Pod of which Service, and where. */
export interface PodPlace {
  readonly service: number;
  readonly name: string;
  readonly node: number;
  readonly ip: string;
  readonly ordinal: number;
}

/** About 8.7 kB, as kubectl prints it. */
export function syntheticPod({ service, name, node, ip, ordinal }: PodPlace): object {
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
