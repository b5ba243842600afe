/** What stays when a container is started again, and who made the network namespace. */
import type { LabInput } from '../../../src/lab/schema/lab.ts';
import { namespace, namespaces, processes } from './namespaces.ts';

const again = (field: string) => `steps.\`processes-again\`.value.${field}`;
const before = (field: string) => `steps.processes.value.${field}`;

export const restart: LabInput['steps'] = [
  {
    kind: 'change',
    id: 'kill',
    say: 'The node kills the app. The kubelet starts the container again, with nobody’s help.',
    commands: [
      { on: 'node/worker', command: ['kill', '-KILL', '{{ steps.processes.value.cart }}'] },
      {
        on: 'you',
        command: [
          'kubectl',
          'wait',
          'pod/cart',
          '--for=jsonpath={.status.containerStatuses[?(@.name=="cart")].restartCount}=1',
          '--timeout=60s',
        ],
      },
      { on: 'you', command: ['kubectl', 'wait', 'pod/cart', '--for=condition=Ready', '--timeout=60s'] },
    ],
  },
  processes('processes-again', 'cart'),
  {
    ...namespaces('pod-cart-again', '{{ steps.`processes-again`.value.cart }}'),
    checks: [
      {
        id: 'app-is-another-process',
        claim: 'The app is another process than before; pause and helper are the same ones.',
        value: `[${again('cart')} = ${before('cart')}, ${again('pause')} = ${before('pause')}, ${again('helper')} = ${before('helper')}]`,
        expect: { equals: [false, true, true] },
      },
      {
        id: 'same-namespace-after-restart',
        claim: 'The new process is in the same network namespace as the killed one, by its inode.',
        value: namespace('pod-cart-again', 'net'),
        expect: { same: namespace('pod-cart', 'net') },
      },
      {
        id: 'same-address-after-restart',
        claim: 'The pod has the same address as before.',
        value: "pods[app='cart'].ip",
        expect: { same: "steps.processes.facts.pods[app='cart'].ip" },
      },
    ],
  },
];

const joined = (step: string) => `steps.\`${step}\`.value`;

export const origin: LabInput['steps'] = [
  {
    kind: 'run',
    id: 'all-network-namespaces',
    say: 'All network namespaces of the node: how many processes are in each, one of these, and the file that keeps it.',
    on: 'node/worker',
    command: ['lsns', '--type', 'net', '--output', 'NS,NPROCS,PID,NSFS,COMMAND'],
    compare: 'exit',
    checks: [
      {
        id: 'kept-by-a-file',
        claim: 'The pod’s network namespace is kept by a file on the node, too, a mount under /run/netns.',
        value: `$match(steps.\`all-network-namespaces\`.out, /^ *(\\d+) +3 +\\d+ +\\/run\\/netns\\/cni-\\S+ +\\/pause/m).groups[0][$ = $match($$.${namespace('pod-pause', 'net')}, /\\d+/).match]`,
        expect: { same: `$match(${namespace('pod-pause', 'net')}, /\\d+/).match` },
      },
    ],
  },
  {
    kind: 'run',
    id: 'told-to-pause',
    say: 'What the runtime told pause to do: a namespace with a path is there already and is joined; one without is made.',
    on: 'node/worker',
    command: [
      'bash',
      '-c',
      `crictl inspectp $(crictl pods --quiet --namespace '^inside$' --name '^cart$' --state ready) | jq --compact-output '.info.runtimeSpec.linux.namespaces[]'`,
    ],
    parse: 'lines',
    compare: 'exit',
    checks: [
      {
        id: 'pause-joins-the-network',
        claim:
          'pause does not make the network namespace: it is started into one that has a path, and only makes the others.',
        value: `${joined('told-to-pause')}[$contains($, 'path')]`,
        expect: { matches: '^(?=.*"type":"network").*"path":"/var/run/netns/cni-[0-9a-f-]+"' },
      },
    ],
  },
  {
    kind: 'run',
    id: 'told-to-cart',
    say: 'And what it told the container cart:',
    on: 'node/worker',
    command: [
      'bash',
      '-c',
      `crictl inspect $(crictl ps --quiet --label io.kubernetes.pod.namespace=inside --label io.kubernetes.container.name=cart) | jq --compact-output '.info.runtimeSpec.linux.namespaces[]'`,
    ],
    parse: 'lines',
    compare: 'exit',
    checks: [
      {
        id: 'container-joins-pause',
        claim:
          'A container of the pod joins network, IPC and UTS of pause, and makes its own PID and mount namespace.',
        value: `$sort(${joined('told-to-cart')}[$contains($, '/ns/')].$match($, /"type":"(\\w+)"/).groups[0])`,
        expect: { equals: ['ipc', 'network', 'uts'] },
      },
    ],
  },
];
