/** The programs of the pod network write routes; packets do not pass through them. Nor through kube-proxy. */
import type { PodNetworkName } from '../../../src/cluster/shape.ts';
import { podUrl, roles, type Steps, step } from './names.ts';

/** Process names of the pod network's program on a node. */
const programs: readonly (readonly [PodNetworkName, string])[] = [
  ['kindnet', 'kindnetd'],
  ['flannel-vxlan', 'flanneld'],
  ['flannel-host-gw', 'flanneld'],
  ['bgp', 'bird'],
];

const signal = (name: string, program: string) =>
  roles.flatMap((role) =>
    [program, 'kube-proxy'].map((process) => ({
      on: `node/${role}`,
      command: ['pkill', `-${name}`, '-x', process],
    })),
  );

export const daemons: Steps = programs.flatMap(([podNetwork, program]): Steps => {
  const when = { podNetwork };
  return [
    {
      kind: 'change',
      id: 'freeze-programs',
      say: `Stop ${program} and kube-proxy on all three nodes: the processes stay, but execute nothing any more.`,
      when,
      commands: signal('STOP', program),
    },
    {
      kind: 'run',
      id: 'frozen-programs',
      when,
      on: 'node/worker',
      command: ['ps', '-o', 'stat=,comm=', '-C', `${program},kube-proxy`],
      compare: 'exit',
      checks: [
        {
          id: 'programs-are-stopped',
          claim: 'The pod network’s program and kube-proxy on worker are in state T: stopped by a signal.',
          // Each may have more than one process of its name: kindnetd's stand-in is a shell that forks.
          value: `$sort($distinct($match(${step('frozen-programs')}, /^(\\S)\\S*\\s+(\\S+)/m).(groups[0] & ' ' & groups[1])))`,
          expect: { equals: [program, 'kube-proxy'].map((name) => `T ${name}`).sort() },
        },
      ],
    },
    {
      kind: 'probe',
      id: 'ask-frozen',
      when,
      from: 'pod/shop',
      url: podUrl('cart', 'hostname'),
      checks: [
        {
          id: 'frozen-still-crosses',
          claim:
            'With both stopped on every node, a new connection from shop to cart on the other node is answered.',
          value: step('ask-frozen', 'value.status'),
          expect: { equals: 200 },
        },
      ],
    },
    { kind: 'change', id: 'thaw-programs', when, commands: signal('CONT', program) },
  ];
});
