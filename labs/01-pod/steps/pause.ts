/** What stays when a container is started again, and who made the network namespace. */
import type { LabInput } from '../../../src/lab/schema/lab.ts';
import { namespace, namespaces, processes } from './namespaces.ts';

const again = (field: string) => `steps.\`processes-again\`.value.${field}`;
const before = (field: string) => `steps.processes.value.${field}`;

const count = '{.status.containerStatuses[?(@.name=="cart")].restartCount}';

export const restart: LabInput['steps'] = [
  {
    kind: 'run',
    id: 'restarts',
    say: 'How often has the app been started again?',
    on: 'you',
    command: ['kubectl', 'get', 'pod', 'cart', '-o', `jsonpath=${count}`],
  },
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
          `--for=jsonpath=${count}={{ $number(steps.restarts.out) + 1 }}`,
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
        claim:
          'Three processes are in the pod’s network namespace, pause among them, and a file on the node, a mount under /run/netns, keeps it, too.',
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
          'pause does not make the network namespace: of the namespaces it is started with, the network has a path, and only the others have none and are made.',
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
          'The container cart joins network, IPC and UTS by the paths of pause’s process, and gets a PID and a mount namespace of its own: these two have no path.',
        value: `[$sort(${joined('told-to-cart')}[$contains($, '"path":"/proc/' & $$.${before('pause')} & '/ns/')].$match($, /"type":"(\\w+)"/).groups[0]), $count(${joined('told-to-cart')}[$ in ['{"type":"pid"}', '{"type":"mount"}']])]`,
        expect: { equals: ['ipc', 'network', 'uts', 2] },
      },
    ],
  },
];
