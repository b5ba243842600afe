import { defineLab } from '../../src/lab/define.ts';
import { faults } from './faults.ts';
import { answer, sources } from './steps/answer.ts';
import { connection } from './steps/connection.ts';
import { kubeProxy } from './steps/kube-proxy.ts';
import { listen, squat } from './steps/listen.ts';
import { modes } from './steps/modes.ts';
import { portForward } from './steps/port-forward.ts';
import { rules } from './steps/rules.ts';
import { trace } from './steps/trace.ts';

const everywhere = ['control-plane', 'worker', 'worker2'];

export default defineLab({
  id: '03-nodeport',
  title: 'NodePort',
  question: 'Nothing listens on port 30080. Who answered?',
  shape: 'three-nodes',
  matrix: { proxyMode: ['iptables', 'nftables'] },
  images: ['agnhost'],
  namespace: 'shop',
  manifests: ['cart.yaml', 'service.yaml', 'service-local.yaml'],
  readiness: [
    {
      kind: 'endpoints',
      id: 'endpoint',
      claim: 'The Service cart has one ready endpoint.',
      service: 'cart',
      ready: 1,
    },
    {
      kind: 'programmed',
      id: 'programmed',
      claim: 'Every node has rules for the Service cart.',
      service: 'cart',
      on: everywhere,
    },
    {
      kind: 'programmed',
      id: 'programmed-local',
      claim: 'Every node has rules for the Service cart-local.',
      service: 'cart-local',
      on: everywhere,
    },
    {
      kind: 'answers',
      id: 'answers',
      claim: 'The client gets an answer from worker on port 30080.',
      from: 'client',
      url: 'http://{{ nodes.worker.ip }}:30080/healthz',
    },
  ],
  steps: [
    ...listen,
    ...answer,
    ...sources,
    ...rules,
    ...connection,
    ...trace,
    ...squat,
    ...kubeProxy,
    ...portForward,
    ...modes,
  ],
  faults,
});
