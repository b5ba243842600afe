/** Nothing listens on 30080, and it would not matter if something did. */
import type { LabInput } from '../../../src/lab/schema/lab.ts';

export const listen: LabInput['steps'] = [
  {
    kind: 'run',
    id: 'place',
    say: 'Where is the pod? The whole chapter is about the difference between the node that has it and the others.',
    on: 'you',
    command: ['kubectl', 'get', 'pods', '-o', 'wide'],
    checks: [
      {
        id: 'pod-on-worker2',
        claim: 'The only pod of the Service runs on worker2; worker and control-plane have none.',
        value: "pods[app='cart'].node",
        expect: { equals: 'worker2' },
      },
    ],
  },
  {
    kind: 'run',
    id: 'services',
    say: 'Two Services select it: cart with the policy Cluster, which is the default, and cart-local with Local.',
    on: 'you',
    command: ['kubectl', 'get', 'services', '-o', 'wide'],
  },
  ...(['worker', 'worker2', 'control-plane'] as const).map((role) => ({
    kind: 'run' as const,
    id: `listeners-${role}`,
    say: `Which TCP ports have a listening socket on ${role}?`,
    on: `node/${role}`,
    command: ['ss', '-ltnH'],
    parse: 'lines' as const,
    compare: 'exit' as const,
    checks: [
      {
        id: `ss-sees-kubelet-on-${role}`,
        claim: `ss does list the listeners of ${role}: the kubelet's port 10250 is among them.`,
        value: `steps.\`listeners-${role}\`.out`,
        expect: { matches: ':10250\\s' },
      },
      {
        id: `nothing-listens-on-${role}`,
        claim: `In ${role}’s own network namespace no TCP socket listens on port 30080.`,
        value: `steps.\`listeners-${role}\`.out`,
        expect: { lacks: ':30080\\s' },
      },
    ],
  })),
];

export const squat: LabInput['steps'] = [
  {
    kind: 'change',
    id: 'squat',
    say: 'Now a process of the node itself takes the port: nothing reserves it, because nobody holds it.',
    commands: [
      { on: 'you', command: ['kubectl', 'apply', '-f', 'labs/03-nodeport/manifests/squatter.yaml'] },
    ],
    until: [
      {
        kind: 'pods',
        id: 'squatter-runs',
        claim: 'The squatter runs and is ready.',
        selector: 'app=squatter',
        ready: 1,
      },
    ],
  },
  {
    kind: 'run',
    id: 'listeners-squatted',
    say: 'This time ss shows the port.',
    on: 'node/worker',
    command: ['ss', '-ltnH', 'sport', '=', ':30080'],
    checks: [
      {
        id: 'port-can-be-taken',
        claim: 'Another process can bind port 30080 on a node while the NodePort works.',
        value: 'steps.`listeners-squatted`.out',
        expect: { matches: ':30080\\s' },
      },
    ],
  },
  {
    kind: 'probe',
    id: 'ask-squatted',
    from: 'client',
    url: 'http://{{ nodes.worker.ip }}:30080/hostname',
    checks: [
      {
        id: 'rule-wins-over-socket',
        claim:
          'The request still reaches the pod and not the process on the node: the answer is the pod’s name.',
        value: 'steps.`ask-squatted`.value.body',
        expect: { same: "pods[app='cart'].name" },
      },
    ],
  },
  {
    kind: 'change',
    id: 'unsquat',
    commands: [{ on: 'you', command: ['kubectl', 'delete', 'pod', 'squatter'] }],
  },
];
