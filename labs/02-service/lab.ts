import { defineLab } from '../../src/lab/define.ts';
import type { LabInput } from '../../src/lab/schema/lab.ts';
import { faults } from './faults.ts';
import { byHand } from './steps/by-hand.ts';
import { connection } from './steps/connection.ts';
import { kubeProxy } from './steps/kube-proxy.ts';
import { kubectlAlone } from './steps/kubectl-alone.ts';
import { leaving } from './steps/leaving.ts';
import { names } from './steps/names.ts';
import { nobody } from './steps/nobody.ts';
import { ping, ports } from './steps/ping.ts';
import { rules } from './steps/rules.ts';
import { selected } from './steps/selected.ts';
import { source } from './steps/source.ts';
import { spread } from './steps/spread.ts';
import { trace } from './steps/trace.ts';
import { warming } from './steps/warming.ts';

const everywhere = ['control-plane', 'worker', 'worker2'];

/** The endpoints are listed, and every node has rules for them. */
const ready = (service: string, endpoints: number): LabInput['readiness'] => [
  {
    kind: 'endpoints',
    id: `endpoints-${service}`,
    claim: `The Service ${service} has as many ready endpoints as it should: ${endpoints}.`,
    service,
    ready: endpoints,
  },
  {
    kind: 'programmed',
    id: `programmed-${service}`,
    claim: `Every node has rules for the Service ${service}.`,
    service,
    on: everywhere,
  },
];

export default defineLab({
  id: '02-service',
  title: 'Service',
  question: 'How can an address nobody owns answer?',
  shape: 'three-nodes',
  matrix: { proxyMode: ['iptables', 'nftables'] },
  images: ['agnhost'],
  namespace: 'market',
  manifests: [
    'cart.yaml',
    'cart-by-hand.yaml',
    'shopper.yaml',
    'service.yaml',
    'service-near.yaml',
    'service-far.yaml',
    'service-gold.yaml',
    'service-metrics.yaml',
    'service-sticky.yaml',
    'service-headless.yaml',
  ],
  readiness: [
    ...ready('cart', 3),
    ...ready('cart-near', 1),
    ...ready('cart-far', 2),
    ...ready('cart-gold', 0),
    ...ready('cart-metrics', 0),
    ...ready('cart-sticky', 3),
    ...ready('shopper', 1),
    {
      kind: 'endpoints',
      id: 'endpoints-headless',
      claim: 'The headless Service has three ready endpoints.',
      service: 'cart-headless',
      ready: 3,
    },
    {
      kind: 'answers',
      id: 'answers',
      claim: 'The pod shopper gets an answer from the ClusterIP of cart.',
      from: 'netns/shopper',
      url: 'http://{{ services.cart.clusterIP }}/healthz',
    },
  ],
  steps: [
    ...nobody,
    ...selected,
    ...rules,
    ...connection,
    ...spread,
    ...source,
    ...trace,
    ...names,
    ...ping,
    ...ports,
    ...kubeProxy,
    ...warming,
    ...leaving,
    ...byHand,
    ...kubectlAlone,
  ],
  faults,
});
