/** What is applied for the matrix beside workload.yaml. */
import { join } from 'node:path';

export const workloadFile = join(import.meta.dirname, 'workload.yaml');

/** No cloud hands out addresses in kind; documentation addresses (RFC 5737) stand for them. */
export const loadBalancerIps = {
  lb: '203.0.113.10',
  'lb-local': '203.0.113.20',
  'lb-ranges': '203.0.113.30',
};

/**
 * Applied last, with slices written by hand. kube-proxy gets Services and EndpointSlices each in their order, so
 * when a node has rules for these, it has rules for everything before.
 */
export const sentinel = {
  apiVersion: 'v1',
  kind: 'List',
  items: [
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'sentinel', namespace: 'matrix' },
      spec: { ipFamilyPolicy: 'PreferDualStack', ports: [{ port: 80 }] },
    },
    slice('sentinel', 'IPv4', '192.0.2.77', { '': 80 }),
    slice('sentinel', 'IPv6', '2001:db8::77', { '': 80 }),
  ],
};

/** Of Services without selector: a pod, whose node the slice does not name; and the client, where nothing listens. */
export const slicesByHand = (pod: string, client: string) => ({
  apiVersion: 'v1',
  kind: 'List',
  items: [
    slice('by-hand', 'IPv4', pod, { http: 8080, closed: 9999 }),
    slice('outsider', 'IPv4', client, { http: 8099 }),
  ],
});

function slice(service: string, addressType: string, address: string, ports: Record<string, number>) {
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      name: `${service}-${addressType.toLowerCase()}`,
      namespace: 'matrix',
      labels: { 'kubernetes.io/service-name': service },
    },
    addressType,
    ports: Object.entries(ports).map(([name, port]) => ({ name, port, protocol: 'TCP' })),
    endpoints: [{ addresses: [address], conditions: { ready: true } }],
  };
}
