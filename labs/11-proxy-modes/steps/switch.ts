/** kube-proxy changes its mode and changes back, on a running cluster. */
import type { LabInput } from '../../../src/lab/schema/lab.ts';
import { found, other } from './found.ts';
import { localnet, localnetOff } from './localnet.ts';

const everywhere = ['control-plane', 'worker', 'worker2'];
const bothModes = ['iptables', 'nftables'] as const;
type Mode = (typeof bothModes)[number];

const kubectl = 'kubectl --kubeconfig /etc/kubernetes/admin.conf --namespace kube-system';

/** The setting stands in one line of a file inside the ConfigMap. */
export const setMode = (from: Mode, to: Mode) => ({
  on: 'node/control-plane',
  command: [
    'bash',
    '-c',
    `${kubectl} get configmap kube-proxy -o yaml | sed 's/mode: ${from}/mode: ${to}/' | ${kubectl} replace -f -`,
  ],
});

const restart = [
  {
    on: 'you',
    command: ['kubectl', '--namespace', 'kube-system', 'rollout', 'restart', 'daemonset/kube-proxy'],
  },
  {
    on: 'you',
    command: [
      'kubectl',
      '--namespace',
      'kube-system',
      'rollout',
      'status',
      'daemonset/kube-proxy',
      '--timeout=55s',
    ],
  },
];

const programmed = (prefix: string, proxyMode: Mode) =>
  (['cart', 'cart-local', 'empty'] as const).map((service) => ({
    kind: 'programmed' as const,
    id: `${prefix}-${service}`,
    claim: `Every node has rules for ${service} in ${proxyMode} mode.`,
    service,
    on: everywhere,
    proxyMode,
  }));

const nowIn = (id: string, mode: Mode, cell: Mode): LabInput['steps'][number] => ({
  kind: 'run',
  id,
  when: { proxyMode: cell },
  on: 'node/worker',
  command: ['curl', '-s', 'http://localhost:10249/proxyMode'],
  checks: [
    {
      id: `${id}-${mode}`,
      claim: `After the restart kube-proxy on worker says that it works in ${mode} mode.`,
      value: `steps.\`${id}\`.out`,
      expect: { equals: mode },
      scope: `kube-proxy:${mode}`,
    },
  ],
});

export const away: LabInput['steps'] = [
  ...localnetOff,
  ...bothModes.flatMap((mode): LabInput['steps'] => [
    {
      kind: 'change',
      id: 'switch',
      when: { proxyMode: mode },
      say: `Now to ${other(mode)} mode: one word in kube-proxy’s configuration, and a restart.`,
      commands: [setMode(mode, other(mode)), ...restart],
      until: programmed('switched', other(mode)),
    },
    nowIn('mode-switched', other(mode), mode),
  ]),
  ...found('found-other', 'Is anything left of the mode before? On each node:'),
  ...localnet.inIptables,
];

export const back: LabInput['steps'] = [
  ...bothModes.flatMap((mode): LabInput['steps'] => [
    {
      kind: 'change',
      id: 'switch-back',
      when: { proxyMode: mode },
      say: `And back to ${mode} mode.`,
      commands: [setMode(other(mode), mode), ...restart],
      until: programmed('back', mode),
    },
    nowIn('mode-back', mode, mode),
  ]),
  ...found('found-back', 'And now?'),
  ...localnet.after,
];
