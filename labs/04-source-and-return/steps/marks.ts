/** Who is masqueraded is decided by where a packet comes from, not by where it goes. */
import type { LabInput } from '../../../src/lab/schema/lab.ts';

export const marks: LabInput['steps'] = [
  {
    kind: 'run',
    id: 'mark-rules',
    when: { proxyMode: 'iptables' },
    say: 'The rule for the ClusterIP that marks a packet, so that its source is rewritten when it leaves.',
    on: 'node/worker',
    command: ['bash', '-c', "iptables-save -t nat | grep -E 'KUBE-SVC-.*shop-source/cart:http cluster IP'"],
    compare: 'lines',
    checks: [
      {
        id: 'mark-looks-at-the-source',
        claim: 'The rule marks what has a source outside the pod network: `! -s`, not `! -d`.',
        value: 'steps.`mark-rules`.out',
        expect: { matches: '^-A KUBE-SVC-\\w+ ! -s \\S+ -d \\S+ .*-j KUBE-MARK-MASQ$' },
        scope: 'kube-proxy:iptables',
      },
    ],
  },
  {
    kind: 'run',
    id: 'mark-rules',
    when: { proxyMode: 'nftables' },
    say: 'The rule for all ClusterIPs that marks a packet, so that its source is rewritten when it leaves.',
    on: 'node/worker',
    command: ['nft', 'list', 'chain', 'ip', 'kube-proxy', 'services'],
    compare: 'lines',
    checks: [
      {
        id: 'mark-looks-at-the-source',
        claim: 'The rule marks what has a source outside the pod network, for every ClusterIP.',
        value: 'steps.`mark-rules`.out',
        expect: { matches: 'ip daddr @cluster-ips ip saddr != \\S+ .*mark' },
        scope: 'kube-proxy:nftables',
      },
    ],
  },
  {
    kind: 'run',
    id: 'local-rules',
    when: { proxyMode: 'iptables' },
    say: 'And the chain of the Service with policy Local on worker, which has no endpoint.',
    on: 'node/worker',
    command: ['bash', '-c', "iptables-save -t nat | grep -E '^-A KUBE-EXT-.*shop-source/cart-local:http'"],
    compare: 'lines',
    checks: [
      {
        id: 'local-makes-exceptions',
        claim:
          'Policy Local has two exceptions: what pods of the cluster ask, and what the node itself asks, goes to all endpoints.',
        value:
          '[$contains(steps.`local-rules`.out, /-s \\S+ .*"pod traffic for .*-j KUBE-SVC-/), $contains(steps.`local-rules`.out, /"route LOCAL traffic for .*--src-type LOCAL -j KUBE-SVC-/)]',
        expect: { equals: [true, true] },
        scope: 'kube-proxy:iptables',
      },
    ],
  },
  {
    kind: 'run',
    id: 'local-rules',
    when: { proxyMode: 'nftables' },
    say: 'And the chain of the Service with policy Local on worker, which has no endpoint.',
    on: 'node/worker',
    command: [
      'bash',
      '-c',
      "nft list table ip kube-proxy | sed -n '/chain external-.*shop-source.cart-local.tcp.http {/,/}/p'",
    ],
    compare: 'lines',
    checks: [
      {
        id: 'local-makes-exceptions',
        claim:
          'Policy Local has two exceptions: what pods of the cluster ask, and what the node itself asks, goes to all endpoints.',
        value:
          '[$contains(steps.`local-rules`.out, /ip saddr \\S+ goto service-.*short-circuit pod traffic/), $contains(steps.`local-rules`.out, /fib saddr type local goto service-.*short-circuit local traffic/)]',
        expect: { equals: [true, true] },
        scope: 'kube-proxy:nftables',
      },
    ],
  },
];
