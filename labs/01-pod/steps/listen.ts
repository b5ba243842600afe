/** What listens: a socket of a process, in one network namespace. */
import type { LabInput } from '../../../src/lab/schema/lab.ts';

const sockets = (id: string, on: string, say: string) => ({
  kind: 'run' as const,
  id,
  say,
  on,
  command: ['ss', '--listening', '--tcp', '--numeric', '--processes', '--no-header'],
  parse: 'lines' as const,
  compare: 'exit' as const,
});

export const listen: LabInput['steps'] = [
  {
    ...sockets('sockets-in-pod', 'netns/cart', 'Which TCP sockets listen in the pod’s network namespace?'),
    checks: [
      {
        id: 'app-listens-in-pod',
        claim: 'In the pod’s network namespace the process of the container cart listens on port 8080.',
        value: '$match(steps.`sockets-in-pod`.out, /:8080\\s.*pid=(\\d+),/).groups[0]',
        expect: { same: '$string(steps.processes.value.cart)' },
      },
      {
        id: 'ss-sees-the-port',
        claim: 'ss shows port 8080 in the pod’s network namespace.',
        value: 'steps.`sockets-in-pod`.out',
        expect: { matches: ':8080\\s' },
      },
    ],
  },
  {
    ...sockets('sockets-on-node', 'node/worker', 'And on the node?'),
    checks: [
      {
        id: 'kubelet-on-node',
        claim: 'On the node the process that listens on port 10250 is the kubelet.',
        value: '$match(steps.`sockets-on-node`.out, /:10250\\s.*users:\\(\\("(\\w+)"/).groups[0]',
        expect: { equals: 'kubelet' },
      },
      {
        id: 'kubelet-not-in-pod',
        claim:
          'ss shows the kubelet’s port 10250 on the node, and does not show it in the pod’s network namespace.',
        value:
          '[$contains(steps.`sockets-on-node`.out, /:10250\\s/), $contains(steps.`sockets-in-pod`.out, /:10250\\s/)]',
        expect: { equals: [true, false] },
      },
      {
        id: 'app-not-on-node',
        claim: 'In the node’s own network namespace no TCP socket listens on port 8080.',
        value: 'steps.`sockets-on-node`.out',
        expect: { lacks: ':8080\\s' },
      },
    ],
  },
  {
    kind: 'probe',
    id: 'ask-pod',
    say: 'Another pod asks the pod by its address.',
    from: 'netns/ask',
    url: "http://{{ pods[app='cart'].ip }}:8080/hostname",
    checks: [
      {
        id: 'pod-answers',
        claim: 'Asked at its address from another pod, the pod answers with its name and HTTP 200.',
        value: '[steps.`ask-pod`.value.status, steps.`ask-pod`.value.body]',
        expect: { equals: [200, 'cart'] },
      },
    ],
  },
  {
    kind: 'run',
    id: 'ask-localhost',
    say: 'The container helper asks localhost.',
    on: 'you',
    command: [
      'kubectl',
      'exec',
      'cart',
      '-c',
      'helper',
      '--',
      'curl',
      '-s',
      'http://localhost:8080/hostname',
    ],
    checks: [
      {
        id: 'helper-reaches-app-by-localhost',
        claim: 'The other container of the pod reaches the app at localhost:8080.',
        value: 'steps.`ask-localhost`.out',
        expect: { equals: 'cart' },
      },
    ],
  },
  ...(['cart', 'helper'] as const).map((container) => ({
    kind: 'run' as const,
    id: `mac-of-${container}`,
    ...(container === 'cart' ? { say: 'The hardware address of eth0, as each container sees it.' } : {}),
    on: 'you',
    command: ['kubectl', 'exec', 'cart', '-c', container, '--', 'cat', '/sys/class/net/eth0/address'],
    checks:
      container === 'cart'
        ? []
        : [
            {
              id: 'one-interface-for-all',
              claim: 'Both containers have the same eth0, by its hardware address.',
              value: '$trim(steps.`mac-of-helper`.out)',
              expect: { same: '$trim(steps.`mac-of-cart`.out)' },
            },
          ],
  })),
];
