import { defineLab } from '../../src/lab/define.ts';
import { faults } from './faults.ts';
import { differences } from './steps/differences.ts';
import { growth } from './steps/growth.ts';
import { itself } from './steps/itself.ts';
import { modes } from './steps/modes.ts';
import { away, back } from './steps/switch.ts';
import { trace, traceAgain } from './steps/trace.ts';

const everywhere = ['control-plane', 'worker', 'worker2'];

export default defineLab({
  id: '11-proxy-modes',
  title: 'Proxy modes',
  question: 'Same packet, different kernel code: what differs and what must not?',
  shape: 'three-nodes',
  matrix: { proxyMode: ['iptables', 'nftables'] },
  images: ['agnhost'],
  namespace: 'modes',
  manifests: ['cart.yaml', 'services.yaml', 'askers.yaml', 'stock.yaml'],
  readiness: [
    {
      kind: 'endpoints',
      id: 'endpoint',
      claim: 'The Service cart has one ready endpoint.',
      service: 'cart',
      ready: 1,
    },
    ...(['cart', 'cart-local', 'empty'] as const).map((service) => ({
      kind: 'programmed' as const,
      id: `programmed-${service}`,
      claim: `Every node has rules for the Service ${service}.`,
      service,
      on: everywhere,
    })),
    ...(['asker-here', 'asker-there', 'stock'] as const).map((app) => ({
      kind: 'pods' as const,
      id: `runs-${app}`,
      claim: `The pod ${app} runs.`,
      selector: `app=${app}`,
      ready: 1,
    })),
    {
      kind: 'answers',
      id: 'answers',
      claim: 'The client gets an answer from worker on port 30110.',
      from: 'client',
      url: 'http://{{ nodes.worker.ip }}:30110/healthz',
    },
  ],
  steps: [...modes, ...trace, ...itself, ...differences, ...growth, ...away, ...traceAgain, ...back],
  faults,
});
