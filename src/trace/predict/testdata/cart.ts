/** The running example: Service cart with a pod on each worker, and a client pod on the first. */
import { endpoint, kindNodes, pod, service, slice } from './objects.ts';

export const podA = '10.244.1.2';
export const podB = '10.244.2.2';
export const clientPod = '10.244.1.9';
export const clusterIP = '10.96.0.9';

export const pods = [
  pod('cart-a', [podA, 'fd00:10:244:1::2'], 'worker', { ports: ['8080'] }),
  pod('cart-b', [podB, 'fd00:10:244:2::2'], 'worker2', { ports: ['8080'] }),
  pod('client', [clientPod, 'fd00:10:244:1::9'], 'worker'),
  pod('client2', ['10.244.2.9', 'fd00:10:244:2::9'], 'worker2'),
];

export const onA = endpoint(podA, { node: 'worker', pod: 'cart-a' });
export const onB = endpoint(podB, { node: 'worker2', pod: 'cart-b' });

/** Service cart with these fields, and these endpoints (both pods when left out). */
export function cart(spec: object = {}, endpoints: readonly object[] = [onA, onB], more: Parameters<typeof service>[2] = {}): object[] {
  return [
    ...kindNodes,
    ...pods,
    service('cart', { clusterIP, ...spec }, more),
    slice('cart', endpoints),
  ];
}

/** As a NodePort Service on 30080. */
export function nodePortCart(spec: object = {}, endpoints?: readonly object[]): object[] {
  return cart({ type: 'NodePort', ports: [{ port: 80, nodePort: 30080, protocol: 'TCP' }], ...spec }, endpoints);
}
