/** The cable between pod and node, by the numbers of its two ends, and what else is not there. */
import type { LabInput } from '../../../src/lab/schema/lab.ts';

const links = (id: string, on: string, say: string, ...only: string[]) => ({
  kind: 'run' as const,
  id,
  say,
  on,
  command: ['ip', '-oneline', 'link', 'show', ...only],
  compare: 'exit' as const,
});

/** `eth0@if7`: the pod's end, and the number of the other one. */
const peerOf = (step: string) => `$match($$.steps.\`${step}\`.out, /eth0@if(\\d+):/).groups[0]`;
/** The line of the node's list that has this number. */
const onNode = (group: string, step = 'link-in-pod') =>
  `$match(steps.\`links-on-node\`.out, /(\\d+): (veth\\w+)@if(\\d+):.* link-netns (\\S+)/).{'number': groups[0], 'name': groups[1], 'peer': groups[2], 'netns': groups[3]}[number = ${peerOf(step)}].${group}`;
/** Name of the node's end of the pod cart's cable. */
export const veth = onNode('name');

export const cable: LabInput['steps'] = [
  links(
    'link-in-pod',
    'netns/cart',
    'The pod’s interfaces. The number after @if is that of the other end.',
    'eth0',
  ),
  links('link-in-ask', 'netns/ask', 'Those of the other pod:', 'eth0'),
  {
    ...links(
      'links-on-node',
      'node/worker',
      'The node’s interfaces, with their own numbers in front.',
      'type',
      'veth',
    ),
    checks: [
      {
        id: 'peer-is-a-veth-of-the-node',
        // Of one pod, the number may by chance be its eth0's own as well. Two eth0 have the same own number, as a rule.
        claim:
          'The number after @if of the eth0 of cart is the number of a veth on the node, and that of the pod ask is the number of another one.',
        value: `${onNode('name')} & ' ' & ${onNode('name', 'link-in-ask')}`,
        expect: { matches: '^(veth\\w+) (?!\\1$)veth\\w+$' },
        // Elsewhere it may have another name, or be no veth at all.
        scope: 'cni:kindnet',
      },
      {
        id: 'peer-points-back',
        // Every eth0 may have the same number, each in its own namespace: the file tells them apart.
        claim:
          'That veth points back: the number after its @if is that of the pod’s eth0, and its link-netns is the file of the network namespace that this pod’s pause was started in.',
        value: `[${onNode('peer')}, ${onNode('netns')}]`,
        expect: {
          same: '[$match(steps.`link-in-pod`.out, /^(\\d+): eth0/).groups[0], $match(steps.`told-to-pause`.out, /netns\\/(cni-[0-9a-f-]+)/).groups[0]]',
        },
        scope: 'cni:kindnet',
      },
    ],
  },
  {
    kind: 'run',
    id: 'routes-in-pod',
    say: 'The pod’s routes:',
    on: 'netns/cart',
    command: ['ip', 'route'],
    checks: [
      {
        id: 'gateway-is-the-node',
        claim: 'The pod’s default route leads to the node’s address on the side of its pods.',
        value: '$match(steps.`routes-in-pod`.out, /^default via (\\S+) dev eth0/m).groups[0]',
        expect: { same: 'nodes.worker.podSideIp' },
        scope: 'cni:kindnet',
      },
    ],
  },
  {
    kind: 'run',
    id: 'route-to-pod',
    say: 'And the node’s route to the pod:',
    on: 'node/worker',
    command: ['ip', 'route', 'get', "{{ pods[app='cart'].ip }}"],
    compare: 'exit',
    checks: [
      {
        id: 'route-leads-into-the-cable',
        claim: 'The node’s route to the pod’s address leads into that veth, without a gateway.',
        value: '$match(steps.`route-to-pod`.out, /^\\S+ dev (\\S+) /).groups[0]',
        expect: { same: veth },
        scope: 'cni:kindnet',
      },
    ],
  },
  {
    ...links('bridges-on-node', 'node/worker', 'Bridges of the node:', 'type', 'bridge'),
    checks: [
      {
        id: 'no-bridge-on-node',
        claim: 'worker has no bridge: neither docker0 nor another one.',
        value: 'steps.`bridges-on-node`.out',
        expect: { equals: '' },
        scope: 'cni:kindnet',
      },
    ],
  },
];

export const sameNode: LabInput['steps'] = [
  {
    kind: 'trace',
    id: 'trace-same-node',
    say: 'One request from a pod to another one on the same node, at every place where the kernel saw it:',
    from: 'pod/ask',
    url: "http://{{ pods[app='cart'].ip }}:8080/hostname",
    checks: [
      {
        id: 'same-node-as-predicted',
        claim:
          'Pod to pod on one node: request and answer take the predicted way, and each hop was observed.',
        value:
          '[steps.`trace-same-node`.value.verdict, steps.`trace-same-node`.value.observed = steps.`trace-same-node`.value.hops]',
        expect: { equals: ['equal', true] },
        scope: 'cni:kindnet',
      },
      {
        id: 'same-node-is-routed',
        claim: 'Between the two pods the node forwards the packet, and changes no address.',
        value: 'steps.`trace-same-node`.value.request.hops',
        expect: {
          equals: [
            'forward.client-pod.output.sent',
            'forward.client-node.forward.routed',
            'forward.pod.input.delivered',
          ],
        },
        scope: 'cni:kindnet',
      },
      {
        id: 'answer-is-routed-back',
        claim: 'The answer goes the same way back, and nothing changes it either.',
        value: 'steps.`trace-same-node`.value.reply.hops',
        expect: {
          equals: [
            'reply.pod.output.sent',
            'reply.client-node.forward.routed',
            'reply.client-pod.input.delivered',
          ],
        },
        scope: 'cni:kindnet',
      },
    ],
  },
  {
    kind: 'probe',
    id: 'source-seen',
    say: 'Whom does the pod see?',
    from: 'netns/ask',
    url: "http://{{ pods[app='cart'].ip }}:8080/clientip",
    checks: [
      {
        id: 'pod-sees-the-other-pod',
        claim: 'The pod sees the other pod’s own address and port.',
        value: 'steps.`source-seen`.value.body',
        expect: { same: "$join([pods[app='ask'].ip, ':', $string(steps.`source-seen`.value.local.port)])" },
      },
    ],
  },
  {
    kind: 'run',
    id: 'neighbours-of-ask',
    say: 'The hardware addresses that the asking pod has learned:',
    on: 'netns/ask',
    command: ['ip', 'neigh', 'show', 'dev', 'eth0'],
    compare: 'exit',
    checks: [
      {
        id: 'only-the-gateway-is-a-neighbour',
        claim:
          'The asking pod has learned one hardware address, for the node’s IP address, and it is that of a veth of the node; none for the pod that it has just asked.',
        value:
          "$append([$match(steps.`neighbours-of-ask`.out, /^(\\S+) lladdr/m).groups[0]], $contains(steps.`links-on-node`.out, 'link/ether ' & $match(steps.`neighbours-of-ask`.out, / lladdr (\\S+)/).groups[0]))",
        expect: { same: '[nodes.worker.podSideIp, true]' },
        scope: 'cni:kindnet',
      },
    ],
  },
  {
    kind: 'trace',
    id: 'trace-from-node',
    say: 'The node itself asks the pod, as the kubelet does for a readiness probe:',
    from: 'node/worker',
    url: "http://{{ pods[app='cart'].ip }}:8080/clientip",
    checks: [
      {
        id: 'node-reaches-its-pods',
        claim:
          'A process on the node reaches the pod directly, and in the pod its packet has as source the node’s address on the side of its pods.',
        value:
          '$append([steps.`trace-from-node`.value.verdict, steps.`trace-from-node`.value.request.hops], $match(steps.`trace-from-node`.out, /pod cart input +([0-9.]+):\\d+ .*delivered/).groups)',
        expect: {
          same: "['equal', 'forward.client-node.output.sent', 'forward.pod.input.delivered', nodes.worker.podSideIp]",
        },
        scope: 'cni:kindnet',
      },
    ],
  },
  {
    kind: 'trace',
    id: 'trace-localhost',
    say: 'And the pod asks itself:',
    from: 'pod/cart',
    url: 'http://127.0.0.1:8080/hostname',
    checks: [
      {
        id: 'localhost-stays-inside',
        claim: 'A request to localhost does not leave the pod’s network namespace.',
        value: '[steps.`trace-localhost`.value.verdict, steps.`trace-localhost`.value.request.hops]',
        expect: {
          equals: ['equal', 'forward.client-pod.output.sent', 'forward.client-pod.input.delivered'],
        },
      },
    ],
  },
];
