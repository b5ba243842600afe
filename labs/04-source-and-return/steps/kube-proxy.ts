/** Replies don't pass the process kube-proxy either. */
import type { LabInput } from '../../../src/lab/schema/lab.ts';
import { freeze, thaw } from '../../common/kube-proxy-stopped.ts';

/** Every node by which the request and its reply pass. */
const way = ['worker', 'worker2'] as const;
const answer = 'steps.`ask-frozen`.value';

export const kubeProxy: LabInput['steps'] = [
  ...freeze(
    way,
    'Stop kube-proxy on both nodes of the way: the processes stay, but execute nothing any more.',
  ),
  {
    kind: 'probe',
    id: 'ask-frozen',
    from: 'client',
    url: 'http://{{ nodes.worker.ip }}:30040/clientip',
    checks: [
      {
        id: 'frozen-still-returns',
        claim:
          'With kube-proxy stopped on both nodes the client is answered with HTTP 200 on its connection to worker’s port 30040, while the pod sees worker: both rewrites were made, and undone in the reply.',
        value: `[$string(${answer}.status), ${answer}.remote.ip & ':' & $string(${answer}.remote.port), $substringBefore(${answer}.body, ':')]`,
        expect: { same: "['200', nodes.worker.ip & ':30040', nodes.worker.ip]" },
      },
    ],
  },
  thaw(way, {
    until: [
      {
        kind: 'programmed',
        id: 'thawed',
        claim: 'Both nodes have the rules of the Service.',
        service: 'cart',
        on: [...way],
      },
    ],
  }),
];
