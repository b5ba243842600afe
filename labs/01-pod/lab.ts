import { defineLab } from '../../src/lab/define.ts';
import { faults } from './faults.ts';
import { bridgePlugin } from './steps/bridges.ts';
import { cable, sameNode } from './steps/cable.ts';
import { byHand, runtime, withoutKubelet } from './steps/cni.ts';
import { docker } from './steps/docker.ts';
import { listen } from './steps/listen.ts';
import { shared } from './steps/namespaces.ts';
import { origin, restart } from './steps/pause.ts';
import { crowd, declared, doors } from './steps/ports.ts';
import { published } from './steps/published.ts';

export default defineLab({
  id: '01-pod',
  title: 'Pod',
  question: 'What exactly is listening, and where?',
  shape: 'three-nodes',
  matrix: { proxyMode: ['iptables', 'nftables'] },
  images: ['agnhost'],
  namespace: 'inside',
  manifests: ['cart.yaml', 'ask.yaml', 'together.yaml', 'mislabelled.yaml', 'two-doors.yaml'],
  readiness: [
    {
      kind: 'pods',
      id: 'pods-ready',
      claim: 'All five pods run and are ready.',
      selector: 'app',
      ready: 5,
    },
    {
      kind: 'answers',
      id: 'answers',
      claim: 'The pod cart answers another pod at its own address.',
      from: 'netns/ask',
      url: "http://{{ pods[app='cart'].ip }}:8080/hostname",
    },
  ],
  steps: [
    ...shared,
    ...origin,
    ...listen,
    ...declared,
    ...doors,
    ...crowd,
    ...cable,
    ...sameNode,
    ...restart,
    ...runtime,
    ...withoutKubelet,
    ...byHand,
    ...bridgePlugin,
    ...docker,
    ...published,
  ],
  faults,
});
