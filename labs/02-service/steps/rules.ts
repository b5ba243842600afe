/** What kube-proxy has made of it on every node. */
import type { LabInput } from '../../../src/lab/schema/lab.ts';

const roles = ['control-plane', 'worker', 'worker2'] as const;
/** Where rules must lead to: each pod of cart. */
export const toEachPod = "$sort(pods[app='cart'].(ip & ':8080'))";
/** Of a node's table, what is about cart. */
export const nftOfCart =
  'sed -n -e "/: goto service-.*market.cart.tcp.http/p" -e "/chain services {/,/^\\t}/p" -e "/chain service-.*market.cart.tcp.http {/,/^\\t}/p"';
/** Whether the range that a rule leaves out has shopper in it, and whether worker. */
const leftOut = (rule: string) =>
  `$match(steps.\`rules-worker\`.out, ${rule}).groups[0].[$inCidr($$.pods[app='shopper'].ip, $), $inCidr($$.nodes.worker.ip, $)]`;

const iptables: LabInput['steps'] = roles.map((role) => ({
  kind: 'run' as const,
  id: `rules-${role}`,
  ...(role === 'control-plane' ? { say: 'The rules for cart, on every node.' } : {}),
  when: { proxyMode: 'iptables' as const },
  on: `node/${role}`,
  command: ['bash', '-c', 'iptables-save -t nat | grep market/cart:http'],
  compare: 'exit' as const,
  checks: [
    {
      id: `rules-lead-to-pods-on-${role}`,
      claim: `On ${role} the rules of the Service rewrite the destination to the three pods, and to nothing else.`,
      value: `$sort($match(steps.\`rules-${role}\`.out, /--to-destination (\\S+)/).groups[0])`,
      expect: { same: toEachPod },
      scope: 'kube-proxy:iptables' as const,
    },
    ...(role === 'worker'
      ? [
          {
            id: 'rule-waits-for-address-and-port',
            claim: 'The rule waits for the ClusterIP and TCP port 80, and for nothing else.',
            value: `$contains(steps.\`rules-worker\`.out, $join(['-A KUBE-SERVICES -d ', services.cart.clusterIP, '/32 -p tcp -m comment --comment "market/cart:http cluster IP" -m tcp --dport 80 -j KUBE-SVC-']))`,
            expect: { equals: true },
            scope: 'kube-proxy:iptables' as const,
          },
          {
            id: 'chance-is-in-the-rules',
            claim: 'The choice is left to chance: the first rule takes a third, the second half of the rest.',
            value: '$match(steps.`rules-worker`.out, /--mode random --probability ([\\d.]+)/).groups[0]',
            expect: { equals: ['0.33333333349', '0.50000000000'] },
            scope: 'kube-proxy:iptables' as const,
          },
          {
            id: 'mark-is-for-sources-elsewhere',
            claim:
              'The rule of the Service’s chain that marks for masquerade leaves out one range of sources (! -s): shopper’s address is in it, worker’s is not.',
            value: leftOut('/^-A KUBE-SVC-\\S+ ! -s (\\S+) -d \\S+ .* -j KUBE-MARK-MASQ$/m'),
            expect: { equals: [true, false] },
            scope: 'kube-proxy:iptables' as const,
          },
        ]
      : []),
  ],
}));

const nftables: LabInput['steps'] = roles.map((role) => ({
  kind: 'run' as const,
  id: `rules-${role}`,
  ...(role === 'control-plane' ? { say: 'The rules for cart, on every node.' } : {}),
  when: { proxyMode: 'nftables' as const },
  on: `node/${role}`,
  command: ['bash', '-c', `nft list table ip kube-proxy | ${nftOfCart}`],
  compare: 'exit' as const,
  checks: [
    {
      id: `rules-lead-to-pods-on-${role}`,
      claim: `On ${role} the rules of the Service rewrite the destination to the three pods, and to nothing else.`,
      value: `$sort($match(steps.\`rules-${role}\`.out, /\\d : ([\\d.]+) \\. (\\d+)/).(groups[0] & ':' & groups[1]))`,
      expect: { same: toEachPod },
      scope: 'kube-proxy:nftables' as const,
    },
    ...(role === 'worker'
      ? [
          {
            id: 'rule-waits-for-address-and-port',
            claim: 'The element of the map waits for the ClusterIP and TCP port 80, and for nothing else.',
            value: `$contains(steps.\`rules-worker\`.out, $join([services.cart.clusterIP, ' . tcp . 80 : goto service-']))`,
            expect: { equals: true },
            scope: 'kube-proxy:nftables' as const,
          },
          {
            id: 'chance-is-in-the-rules',
            claim: 'The choice is left to chance: the rule draws one of three numbers.',
            value: 'steps.`rules-worker`.out',
            expect: { matches: 'numgen random mod 3 map' },
            scope: 'kube-proxy:nftables' as const,
          },
          {
            id: 'mark-is-for-sources-elsewhere',
            claim:
              'The rule that marks for masquerade what comes to a ClusterIP leaves out one range of sources (saddr !=): shopper’s address is in it, worker’s is not.',
            value: leftOut('/^\\s*ip daddr @cluster-ips ip saddr != (\\S+) meta mark set meta mark/m'),
            expect: { equals: [true, false] },
            scope: 'kube-proxy:nftables' as const,
          },
        ]
      : []),
  ],
}));

/** Which Services of the lab a node's rules speak of. */
const known = (proxyMode: 'iptables' | 'nftables', list: string) => ({
  kind: 'run' as const,
  id: 'known-services',
  say: 'Which Services do the rules of worker speak of?',
  when: { proxyMode },
  on: 'node/worker',
  command: ['bash', '-c', `${list} | grep -oE "market/[a-z-]+" | sort -u`],
  parse: 'lines' as const,
  checks: [
    {
      id: 'headless-has-no-rules',
      claim:
        'On worker kube-proxy’s rules name every Service that the lab has made so far, but not the headless one.',
      value: 'steps.`known-services`.value',
      expect: {
        equals: [
          'market/cart',
          'market/cart-far',
          'market/cart-gold',
          'market/cart-metrics',
          'market/cart-near',
          'market/cart-sticky',
          'market/shopper',
        ],
      },
    },
  ],
});

export const rules: LabInput['steps'] = [
  ...iptables,
  ...nftables,
  known('iptables', 'iptables-save'),
  known('nftables', 'nft list table ip kube-proxy'),
];
