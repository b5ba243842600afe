import { defineLab } from '../../src/lab/define.ts';
import { faults } from './faults.ts';
import { bare } from './steps/bare.ts';
import { speakBgp, withdraw } from './steps/bgp.ts';
import { cniByHand } from './steps/by-hand.ts';
import { daemons } from './steps/daemons.ts';
import { applyFlannel } from './steps/flannel.ts';
import { routeMissing } from './steps/missing.ts';
import { outside } from './steps/outside.ts';
import { promises } from './steps/promises.ts';
import { routes } from './steps/routes.ts';
import { size } from './steps/size.ts';
import { wire } from './steps/wire.ts';

export default defineLab({
  id: '05-cross-node',
  title: 'Across nodes',
  question: 'How does a pod packet cross a network that has never heard of pods?',
  shape: 'three-nodes',
  matrix: {
    proxyMode: ['iptables', 'nftables'],
    // The way between pods is the same in both modes; one is enough for the networks that are made here.
    podNetwork: [
      'kindnet',
      { name: 'by-hand', proxyModes: ['iptables'] },
      { name: 'flannel-vxlan', proxyModes: ['iptables'] },
      { name: 'flannel-host-gw', proxyModes: ['iptables'] },
      { name: 'bgp', proxyModes: ['iptables'] },
    ],
  },
  images: ['agnhost', 'flannel', 'flannel-cni-plugin', 'netshoot'],
  namespace: 'cross',
  manifests: ['pods.yaml', 'services.yaml', 'tools.yaml'],
  readiness: [
    {
      kind: 'pods',
      id: 'tools-run',
      claim: 'The pod with the tools runs on each of the three nodes.',
      selector: 'app=tools',
      ready: 3,
    },
    {
      kind: 'pods',
      id: 'pods-ready',
      claim: 'The four pods run and are ready.',
      when: { podNetwork: 'kindnet' },
      selector: 'part=pods',
      ready: 4,
    },
    {
      kind: 'programmed',
      id: 'service-programmed',
      claim: 'worker has rules for the Service cart.',
      when: { podNetwork: 'kindnet' },
      service: 'cart',
      on: ['worker'],
    },
  ],
  steps: [
    ...bare,
    ...cniByHand,
    ...applyFlannel,
    ...speakBgp,
    ...promises,
    ...routes,
    ...wire,
    ...outside,
    ...routeMissing,
    ...withdraw,
    ...daemons,
    ...size,
  ],
  faults,
});
