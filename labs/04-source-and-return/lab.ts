import { defineLab } from '../../src/lab/define.ts';
import { faults } from './faults.ts';
import { entryLost } from './steps/entry-lost.ts';
import { fromNode } from './steps/from-node.ts';
import { fromOutside } from './steps/from-outside.ts';
import { fromPods } from './steps/from-pods.ts';
import { health } from './steps/health.ts';
import { kubeProxy } from './steps/kube-proxy.ts';
import { marks } from './steps/marks.ts';
import { passing } from './steps/passing.ts';
import { place } from './steps/place.ts';
import { reversePath } from './steps/reverse-path.ts';
import { withoutSnat } from './steps/without-snat.ts';

const everywhere = ['control-plane', 'worker', 'worker2'];
const services = ['cart', 'cart-local', 'cart-lb'];

export default defineLab({
  id: '04-source-and-return',
  title: 'Source and return',
  question: 'Whose address does the pod see, and how does the reply find its way?',
  shape: 'three-nodes',
  matrix: { proxyMode: ['iptables', 'nftables'] },
  images: ['agnhost'],
  namespace: 'shop-source',
  manifests: ['cart.yaml', 'askers.yaml', 'service.yaml', 'service-local.yaml', 'service-lb.yaml'],
  readiness: [
    {
      kind: 'endpoints',
      id: 'endpoint',
      claim: 'The Service cart has one ready endpoint.',
      service: 'cart',
      ready: 1,
    },
    {
      kind: 'pods',
      id: 'askers',
      claim: 'The two pods that ask run and are ready.',
      selector: 'part=asks',
      ready: 2,
    },
    ...services.map((service) => ({
      kind: 'programmed' as const,
      id: `programmed-${service}`,
      claim: `Every node has rules for the Service ${service}.`,
      service,
      on: everywhere,
    })),
  ],
  steps: [
    ...place,
    ...fromOutside,
    ...fromPods,
    ...fromNode,
    ...passing,
    ...marks,
    ...withoutSnat,
    ...health,
    ...kubeProxy,
    ...entryLost,
    ...reversePath,
  ],
  faults,
});
