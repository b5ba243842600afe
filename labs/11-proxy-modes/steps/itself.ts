/** The one request that takes another way: what finds a pod that reaches itself, on the node of that pod. */
import type { LabInput } from '../../../src/lab/schema/lab.ts';
import { cartIsBoth, hairpinSet } from '../../common/hairpin.ts';

export const itself: LabInput['steps'] = [
  {
    kind: 'run',
    id: 'itself-iptables',
    say: 'What finds the pod that reaches itself? In iptables mode a rule in the chain of each endpoint:',
    when: { proxyMode: 'iptables' },
    on: 'node/worker2',
    command: ['bash', '-c', 'iptables-save -t nat | grep -E \'^-A KUBE-SEP-.*"modes/cart:http"\''],
    compare: 'exit',
    checks: [
      {
        id: 'itself-by-a-mark',
        claim:
          'In iptables mode a rule in the chain of the endpoint marks what comes from the endpoint’s own address, before the next one rewrites the destination to it.',
        value:
          '$match(steps.`itself-iptables`.out, /-A (KUBE-SEP-\\w+) -s (\\S+)\\/32 .*-j (KUBE-MARK-MASQ)\\n-A (KUBE-SEP-\\w+) .*-j DNAT --to-destination (\\S+):8080/).[groups[0] = groups[3], groups[1], groups[2], groups[4]]',
        expect: { same: "[true, pods[app='cart'].ip, 'KUBE-MARK-MASQ', pods[app='cart'].ip]" },
        scope: 'kube-proxy:iptables',
      },
    ],
  },
  {
    kind: 'run',
    id: 'itself-nftables',
    say: 'What finds the pod that reaches itself? In nftables mode one rule for all, and a set:',
    when: { proxyMode: 'nftables' },
    on: 'node/worker2',
    command: hairpinSet,
    compare: 'exit',
    checks: [
      {
        id: 'itself-by-a-set',
        claim:
          'In nftables mode a rule looks for source and destination together in the set hairpin-connections and rewrites the source; the set has the pod’s own address as both.',
        value: `[$contains(steps.\`itself-nftables\`.out, /ip saddr \\. ip daddr \\. meta l4proto \\. th dport @hairpin-connections masquerade/), ${cartIsBoth('itself-nftables')}]`,
        expect: { equals: [true, true] },
        scope: 'kube-proxy:nftables',
      },
    ],
  },
];
