/** Every node answers, and what the pod sees as the source. */
import type { LabInput } from '../../../src/lab/schema/lab.ts';

const roles = ['control-plane', 'worker', 'worker2'] as const;

export const answer: LabInput['steps'] = roles.map((role) => ({
  kind: 'probe' as const,
  id: `ask-${role}`,
  ...(role === 'control-plane' ? { say: 'The client asks every node for the pod’s name.' } : {}),
  from: 'client',
  url: `http://{{ nodes.\`${role}\`.ip }}:30080/hostname`,
  checks:
    role === 'worker2'
      ? [
          {
            id: 'every-node-answers',
            claim:
              'Every node answers on port 30080 with HTTP 200, also the two that have no pod of the Service.',
            value:
              'steps.[`ask-control-plane`.value.status, `ask-worker`.value.status, `ask-worker2`.value.status]',
            expect: { equals: [200, 200, 200] },
          },
          {
            id: 'one-pod-behind-all',
            claim: 'All of them lead to the same pod.',
            value:
              '[$distinct(steps.[`ask-control-plane`.value.body, `ask-worker`.value.body, `ask-worker2`.value.body])]',
            expect: { same: "[pods[app='cart'].name]" },
          },
        ]
      : [],
}));

const source = (id: string) => `$substringBefore(steps.\`${id}\`.value.body, ':')`;

export const sources: LabInput['steps'] = [
  {
    kind: 'probe',
    id: 'source-via-worker',
    say: 'agnhost answers /clientip with the address that its socket sees. Policy Cluster, pod on another node:',
    from: 'client',
    url: 'http://{{ nodes.worker.ip }}:30080/clientip',
    checks: [
      {
        id: 'other-node-sees-entry-node',
        claim: 'Policy Cluster, pod on another node: the pod sees the address of the entry node.',
        value: source('source-via-worker'),
        expect: { same: 'nodes.worker.ip' },
      },
      {
        id: 'source-port-replaced',
        claim: 'The source port is a new one too, not the one the client used.',
        value:
          "$number($substringAfter(steps.`source-via-worker`.value.body, ':')) = steps.`source-via-worker`.value.local.port",
        expect: { equals: false },
      },
    ],
  },
  {
    kind: 'probe',
    id: 'source-via-worker2',
    say: 'Policy Cluster, pod on the node that was asked:',
    from: 'client',
    url: 'http://{{ nodes.worker2.ip }}:30080/clientip',
    checks: [
      {
        id: 'same-node-sees-pod-side',
        claim:
          'Policy Cluster, pod on the entry node: the pod sees the node’s address on the pod side, not its address on the network.',
        value: source('source-via-worker2'),
        expect: { same: 'nodes.worker2.podSideIp' },
        scope: 'cni:kindnet',
      },
    ],
  },
  {
    kind: 'run',
    id: 'pod-side',
    say: 'That address is on worker2’s end of a veth pair, the one that its route to the pod leads into.',
    on: 'node/worker2',
    command: ['bash', '-c', "ip -4 -o address show; ip route get {{ pods[app='cart'].ip }}"],
    compare: 'exit',
    checks: [
      {
        id: 'pod-side-is-on-veth',
        claim:
          'The node’s pod-side address is on its end of the veth pair that its route to the pod leads into.',
        value:
          "nodes.worker2.podSideIp & ' ' & $match(steps.`pod-side`.out, /^[0-9.]+ dev (\\S+) /m).groups[0]",
        expect: {
          in: "$match(steps.`pod-side`.out, /inet ([0-9.]+)\\/32 scope global (veth\\w+)/).(groups[0] & ' ' & groups[1])",
        },
        scope: 'cni:kindnet',
      },
    ],
  },
  {
    kind: 'probe',
    id: 'source-local-worker2',
    say: 'Policy Local, pod on the node that was asked:',
    from: 'client',
    url: 'http://{{ nodes.worker2.ip }}:30081/clientip',
    checks: [
      {
        id: 'local-keeps-source',
        claim: 'Policy Local, pod on the entry node: the pod sees the client’s own address and port.',
        value: 'steps.`source-local-worker2`.value.body',
        expect: { same: "$join([client.ip, ':', $string(steps.`source-local-worker2`.value.local.port)])" },
      },
    ],
  },
  {
    kind: 'probe',
    id: 'source-local-worker',
    say: 'Policy Local, no pod on the node that was asked:',
    from: 'client',
    url: 'http://{{ nodes.worker.ip }}:30081/clientip',
    timeoutS: 2,
    checks: [
      {
        id: 'local-drops-without-pod',
        claim:
          'Policy Local, no pod on the entry node: nothing comes back, the client runs into its timeout (curl exit 28).',
        value: 'steps.`source-local-worker`.value.exit',
        expect: { equals: 28 },
      },
    ],
  },
];
