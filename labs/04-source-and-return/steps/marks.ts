/** Who is masqueraded is decided by where a packet comes from, not by where it goes. */
import type { LabInput } from '../../../src/lab/schema/lab.ts';
import { cartIsBoth, hairpinSet } from '../../common/hairpin.ts';

/** The network of which every node's pods have their part: the first half of its address is the same on all of them. */
const podNetwork = "$distinct(nodes.*.($join($split(podCIDR, '.')[[0..1]], '.') & '.0.0/16'))";

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
        claim:
          'On worker the rule for the ClusterIP of cart marks what has a source outside the pod network: `! -s`, not `! -d`.',
        value:
          '$match(steps.`mark-rules`.out, /-A KUBE-SVC-\\w+ ! -s (\\S+) -d (\\S+) .*-j (KUBE-MARK-MASQ)/).groups',
        expect: { same: `[${podNetwork}, services.cart.clusterIP & '/32', 'KUBE-MARK-MASQ']` },
        scope: 'kube-proxy:iptables',
      },
    ],
  },
  {
    kind: 'run',
    id: 'mark-rules',
    when: { proxyMode: 'nftables' },
    say: 'The rule for the ClusterIPs that marks a packet, so that its source is rewritten when it leaves.',
    on: 'node/worker',
    command: ['nft', 'list', 'chain', 'ip', 'kube-proxy', 'services'],
    compare: 'lines',
    checks: [
      {
        id: 'mark-looks-at-the-source',
        claim:
          'On worker one rule for all addresses of the set cluster-ips marks what has a source outside the pod network: `saddr !=`, not `daddr !=`.',
        value:
          '$match(steps.`mark-rules`.out, /ip daddr @cluster-ips ip saddr != (\\S+) meta mark set meta mark \\| (0x0*4000)/).groups',
        expect: { same: `[${podNetwork}, '0x00004000']` },
        scope: 'kube-proxy:nftables',
      },
    ],
  },
  {
    kind: 'run',
    id: 'hairpin-rules',
    when: { proxyMode: 'iptables' },
    say: 'And a pod that reaches itself, on worker2: the chain of the endpoint.',
    on: 'node/worker2',
    command: [
      'bash',
      '-c',
      'iptables-save -t nat | grep -E \'^-A KUBE-SEP-.*"shop-source/cart:http".*(KUBE-MARK-MASQ|DNAT)\'',
    ],
    // The chain's name is made from the pod's address.
    compare: 'exit',
    checks: [
      {
        id: 'hairpin-rule-marks',
        claim:
          'In iptables mode the chain of the endpoint on worker2 marks what has the endpoint’s own address as its source.',
        value: '$match(steps.`hairpin-rules`.out, /-A KUBE-SEP-\\w+ -s (\\S+) .*-j (KUBE-MARK-MASQ)/).groups',
        expect: { same: "[pods[app='cart'].ip & '/32', 'KUBE-MARK-MASQ']" },
        scope: 'kube-proxy:iptables',
      },
    ],
  },
  {
    kind: 'run',
    id: 'hairpin-rules',
    when: { proxyMode: 'nftables' },
    say: 'And a pod that reaches itself, on worker2: the chain that masquerades, and the set that its second rule asks.',
    on: 'node/worker2',
    command: hairpinSet,
    compare: 'exit',
    checks: [
      {
        id: 'hairpin-is-in-a-set',
        claim:
          'In nftables mode a rule on worker2 masquerades what it finds in the set hairpin-connections, and does not ask for the mark; cart’s address stands there as the source and as the destination, with port 8080.',
        value: `[$match(steps.\`hairpin-rules\`.out, /\\n\\s*(ct status dnat ip saddr \\. ip daddr \\. meta l4proto \\. th dport @hairpin-connections masquerade)/).groups[0], $string(${cartIsBoth('hairpin-rules')})]`,
        expect: {
          equals: [
            'ct status dnat ip saddr . ip daddr . meta l4proto . th dport @hairpin-connections masquerade',
            'true',
          ],
        },
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
          'On worker the chain for policy Local makes two exceptions: what comes from the pod network, and what comes from the node itself, goes to the Service’s own chain (KUBE-SVC).',
        value:
          '[$match(steps.`local-rules`.out, /-s (\\S+) .*"pod traffic for .*-j KUBE-SVC-/).groups[0], $contains(steps.`local-rules`.out, /"route LOCAL traffic for .*--src-type LOCAL -j KUBE-SVC-/)]',
        expect: { same: `[${podNetwork}, true]` },
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
          'On worker the chain for policy Local makes two exceptions: what comes from the pod network, and what comes from the node itself, goes to the Service’s own chain (service-…).',
        value:
          '[$match(steps.`local-rules`.out, /ip saddr (\\S+) goto service-.*short-circuit pod traffic/).groups[0], $contains(steps.`local-rules`.out, /fib saddr type local goto service-.*short-circuit local traffic/)]',
        expect: { same: `[${podNetwork}, true]` },
        scope: 'kube-proxy:nftables',
      },
    ],
  },
];
