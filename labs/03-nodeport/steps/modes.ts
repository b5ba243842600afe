/** Which local addresses answer a nodePort: here the two proxy modes differ. */
import type { LabInput } from '../../../src/lab/schema/lab.ts';
import { byMode } from '../../common/by-mode.ts';

export const modes: LabInput['steps'] = [
  {
    kind: 'run',
    id: 'mode',
    say: 'kube-proxy itself says which mode it works in.',
    on: 'node/worker',
    command: ['curl', '-s', 'http://localhost:10249/proxyMode'],
    checks: byMode(
      {
        id: 'mode-is-iptables',
        claim: 'kube-proxy on worker works in iptables mode.',
        value: 'steps.mode.out',
        expect: { equals: 'iptables' },
      },
      {
        id: 'mode-is-nftables',
        claim: 'kube-proxy on worker works in nftables mode.',
        value: 'steps.mode.out',
        expect: { equals: 'nftables' },
      },
    ),
  },
  {
    kind: 'probe',
    id: 'ask-localhost',
    say: 'On worker itself: does localhost answer on the nodePort?',
    from: 'node/worker',
    url: 'http://127.0.0.1:30080/hostname',
    checks: byMode(
      {
        id: 'localhost-answers-in-iptables-mode',
        claim: 'In iptables mode 127.0.0.1:30080, asked on worker, answers with HTTP 200.',
        value: 'steps.`ask-localhost`.value.status',
        expect: { equals: 200 },
      },
      {
        id: 'localhost-refuses-in-nftables-mode',
        claim: 'In nftables mode 127.0.0.1:30080, asked on worker, is refused (curl exit 7).',
        value: 'steps.`ask-localhost`.value.exit',
        expect: { equals: 7 },
      },
    ),
  },
  {
    kind: 'probe',
    id: 'ask-pod-side',
    say: 'And another address of a node: worker2 asks its own address on the pod side.',
    from: 'node/worker2',
    url: 'http://{{ nodes.worker2.podSideIp }}:30080/hostname',
    checks: byMode(
      {
        id: 'pod-side-answers-in-iptables-mode',
        claim:
          'In iptables mode worker2’s address on the pod side answers on port 30080, too, when worker2 itself asks (HTTP 200).',
        value: 'steps.`ask-pod-side`.value.status',
        expect: { equals: 200 },
      },
      {
        id: 'pod-side-refuses-in-nftables-mode',
        claim:
          'In nftables mode port 30080 of worker2’s address on the pod side is refused when worker2 itself asks (curl exit 7).',
        value: 'steps.`ask-pod-side`.value.exit',
        expect: { equals: 7 },
      },
    ),
  },
  {
    kind: 'run',
    id: 'nodeport-ips',
    say: 'The set of addresses that kube-proxy accepts nodePorts on.',
    when: { proxyMode: 'nftables' },
    on: 'node/worker',
    command: ['nft', 'list', 'set', 'ip', 'kube-proxy', 'nodeport-ips'],
    checks: [
      {
        id: 'only-primary-address',
        claim:
          'In nftables mode the set of addresses of worker that accept nodePorts holds its address on the network and no other.',
        value: '$match(steps.`nodeport-ips`.out, /elements = \\{ (.*) \\}/).groups[0]',
        expect: { same: 'nodes.worker.ip' },
        scope: 'kube-proxy:nftables',
      },
    ],
  },
];
