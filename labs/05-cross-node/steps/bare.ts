/** A cluster without a pod network: what is missing, and who says so. */
import { made, roles, type Steps, step } from './names.ts';

const when = { podNetwork: [...made] };

export const bare: Steps = [
  {
    kind: 'run',
    id: 'nodes-before',
    say: 'This cluster was made without a pod network.',
    when,
    on: 'you',
    command: ['kubectl', 'get', 'nodes'],
    compare: 'exit',
    checks: [
      {
        id: 'not-ready-without-network',
        claim: 'Without a pod network all three nodes are NotReady.',
        value: `$count($match(${step('nodes-before')}, /\\bNotReady\\b/))`,
        expect: { equals: roles.length },
      },
    ],
  },
  {
    kind: 'run',
    id: 'why-not-ready',
    say: 'The kubelet of worker says why.',
    when,
    on: 'you',
    command: [
      'kubectl',
      'get',
      'node',
      '{{ nodes.worker.name }}',
      '-o',
      'jsonpath={.status.conditions[?(@.type=="Ready")].message}',
    ],
    // The kubelet may have a second reason (CSINode is not yet initialized), which goes by itself.
    compare: 'exit',
    checks: [
      {
        id: 'runtime-has-no-plugin',
        claim: 'The kubelet’s reason: the container runtime’s CNI plugin is not initialized.',
        value: step('why-not-ready'),
        expect: { matches: 'cni plugin not initialized' },
      },
    ],
  },
  {
    kind: 'run',
    id: 'pods-before',
    say: 'Pods in the node’s own network run all the same; the others wait.',
    when,
    on: 'you',
    command: ['kubectl', 'get', 'pods', '-o', 'wide'],
    compare: 'exit',
    checks: [
      {
        id: 'host-network-needs-no-plugin',
        claim:
          'Pods with hostNetwork run, one on each of the three nodes; of the four pods with a network of their own none is ready.',
        value: `[$count($distinct(pods[app='tools' and ready].node)), $count(pods[app in ['shop', 'neighbour', 'cart', 'office'] and ready])]`,
        expect: { equals: [3, 0] },
      },
    ],
  },
];
