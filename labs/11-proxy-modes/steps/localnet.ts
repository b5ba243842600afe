/**
 * A sysctl that kube-proxy sets in iptables mode, and that stays. kind’s node image sets it as well, when a node starts
 * (/etc/sysctl.d/10-network-magic.conf), so it has to be taken back first. Only a cluster in nftables mode has nobody
 * who needs it for the requests of this lab.
 */
import type { LabInput } from '../../../src/lab/schema/lab.ts';

const name = 'net.ipv4.conf.all.route_localnet';
const when = { proxyMode: 'nftables' as const };

interface Judged {
  readonly id: string;
  readonly claim: string;
  readonly value: '0' | '1';
  readonly mode: 'iptables' | 'nftables';
}

const look = (id: string, say: string, check: Judged) => [
  {
    kind: 'run' as const,
    id,
    say,
    when,
    on: 'node/worker',
    command: ['sysctl', '-n', name],
    checks: [
      {
        id: check.id,
        claim: check.claim,
        value: `steps.\`${id}\`.out`,
        expect: { equals: check.value },
        scope: `kube-proxy:${check.mode}` as const,
      },
    ],
  },
];

export const localnetOff: LabInput['steps'] = [
  {
    kind: 'change',
    id: 'localnet-off',
    say: `A sysctl of the node. kind has set it to 1, and kube-proxy does so in iptables mode. worker gets the kernel’s own 0 back, to see which of the two is at work.`,
    when,
    commands: [{ on: 'node/worker', command: ['sysctl', '-w', `${name}=0`] }],
  },
  ...look('localnet-before', 'In nftables mode:', {
    id: 'localnet-is-off',
    claim: `Before the change to iptables mode ${name} is 0 on worker.`,
    value: '0',
    mode: 'nftables',
  }),
];

export const localnet: Record<'inIptables' | 'after', LabInput['steps']> = {
  inIptables: look('localnet-switched', 'And the sysctl of worker?', {
    id: 'iptables-sets-localnet',
    claim: `After kube-proxy has started in iptables mode ${name} is 1 on worker.`,
    value: '1',
    mode: 'iptables',
  }),
  after: look('localnet-back', 'And the sysctl?', {
    id: 'localnet-stays',
    claim: `After kube-proxy has gone back to nftables mode ${name} is still 1 on worker.`,
    value: '1',
    mode: 'nftables',
  }),
};
