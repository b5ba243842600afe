/** The rules that answer: the same on every node. */
import type { LabInput } from '../../../src/lab/schema/lab.ts';

const roles = ['control-plane', 'worker', 'worker2'] as const;

const iptables: LabInput['steps'] = roles.map((role) => ({
  kind: 'run' as const,
  id: `rules-${role}`,
  ...(role === 'control-plane'
    ? { say: 'The rules that kube-proxy has put into each node for the Service cart.' }
    : {}),
  when: { proxyMode: 'iptables' as const },
  on: `node/${role}`,
  command: ['bash', '-c', "iptables-save -t nat | grep -E 'shop/cart:http|KUBE-EXT'"],
  compare: 'lines' as const,
  checks: [
    {
      id: `rule-on-${role}`,
      claim: `On ${role} a rule sends TCP port 30080 to a chain of the Service cart.`,
      value: `steps.\`rules-${role}\`.out`,
      expect: { matches: '^-A KUBE-NODEPORTS -p tcp .*"shop/cart:http" .*--dport 30080 -j KUBE-EXT-' },
      scope: 'kube-proxy:iptables' as const,
    },
    {
      id: `rewrite-on-${role}`,
      claim: `On ${role} the last chain rewrites the destination to the pod’s address and target port, not to the ClusterIP.`,
      value: `$match(steps.\`rules-${role}\`.out, /"shop\\/cart:http" .*-j DNAT --to-destination (\\S+)/).groups[0]`,
      expect: { same: "$join([pods[app='cart'].ip, ':8080'])" },
      scope: 'kube-proxy:iptables' as const,
    },
  ],
}));

const nftables: LabInput['steps'] = roles.flatMap((role) => [
  {
    kind: 'run' as const,
    id: `ports-${role}`,
    ...(role === 'control-plane'
      ? { say: 'The rules that kube-proxy has put into each node: first the map of nodePorts.' }
      : {}),
    when: { proxyMode: 'nftables' as const },
    on: `node/${role}`,
    command: ['nft', 'list', 'map', 'ip', 'kube-proxy', 'service-nodeports'],
    compare: 'lines' as const,
    checks: [
      {
        id: `rule-on-${role}`,
        claim: `On ${role} an element of a map sends TCP port 30080 to a chain of the Service cart.`,
        value: `steps.\`ports-${role}\`.out`,
        expect: { matches: 'tcp \\. 30080 : goto external-\\w+-shop/cart/tcp/http' },
        scope: 'kube-proxy:nftables' as const,
      },
    ],
  },
  {
    kind: 'run' as const,
    id: `rules-${role}`,
    when: { proxyMode: 'nftables' as const },
    on: `node/${role}`,
    command: ['bash', '-c', "nft list table ip kube-proxy | sed -n '/chain .*shop.cart.tcp.http {/,/}/p'"],
    compare: 'lines' as const,
    checks: [
      {
        id: `rewrite-on-${role}`,
        claim: `On ${role} the Service’s chain rewrites the destination to the pod’s address and target port, not to the ClusterIP.`,
        value: `$match(steps.\`rules-${role}\`.out, /dnat to (\\S+)/).groups[0]`,
        expect: { same: "$join([pods[app='cart'].ip, ':8080'])" },
        scope: 'kube-proxy:nftables' as const,
      },
    ],
  },
]);

export const rules: LabInput['steps'] = [...iptables, ...nftables];
