/** What grows with the number of Services: rules, and the time of a connection's first packet. */
import type { LabInput } from '../../../src/lab/schema/lab.ts';

/** Services that the lab adds; they have a namespace of their own, and all lead to the same pod. */
const sizes = [10, 100, 1000] as const;
export const connections = 500;

const kubectl = 'kubectl --kubeconfig /etc/kubernetes/admin.conf --namespace many';

/** A Service without selector, and the EndpointSlice that a controller would have made for it. */
const objects = [
  '{"apiVersion":"v1","kind":"Service","metadata":{"name":"many-%d"},"spec":{"ports":[{"name":"http","port":80}]}}',
  '{"apiVersion":"discovery.k8s.io/v1","kind":"EndpointSlice","metadata":{"name":"many-%d","labels":{"kubernetes.io/service-name":"many-%d"}},"addressType":"IPv4","ports":[{"name":"http","port":8080}],"endpoints":[{"addresses":["POD"]}]}',
].join('\\n');

/** kubectl is slow with its 301st object and after (50 requests a second), so several share the work. */
const create = (from: number, to: number) => ({
  on: 'node/control-plane',
  command: [
    'bash',
    '-c',
    `seq ${from} ${to} | xargs -n 125 -P 4 bash -c 'for i; do printf "$0" $i $i $i; done | ${kubectl} create --validate=false -f -' "\${0//POD/$1}" | wc -l`,
    `${objects}\\n`,
    "{{ pods[app='cart'].ip }}",
  ],
});

const rulesCommand = {
  iptables:
    'iptables-save -t nat | jq -cRn \'[inputs | select(test("^-A KUBE-"))] | {rules: length} + (map(select(test("^-A KUBE-SERVICES "))) | {searched: length, last: last})\'',
  nftables:
    'nft -j list table ip kube-proxy | jq -c \'[.nftables[]] | {rules: map(select(.rule)) | length, searched: map(select(.rule.chain == "services")) | length, elements: map(.map | select(.name == "service-ips").elem[]?) | length}\'',
};

const grown = (field: string) => `steps.\`rules-1000\`.value.${field} - steps.\`rules-10\`.value.${field}`;

const added = {
  iptables: [
    {
      id: 'nodeports-are-last',
      claim:
        'In iptables mode the last rule of the chain KUBE-SERVICES leads to KUBE-NODEPORTS, with ten Services more as with a thousand.',
      value:
        '[steps.`rules-10`.value.last, steps.`rules-1000`.value.last].($match($, /-j (\\S+)$/).groups[0])',
      expect: { equals: ['KUBE-NODEPORTS', 'KUBE-NODEPORTS'] },
      scope: 'kube-proxy:iptables' as const,
    },
    {
      id: 'search-grows',
      claim: 'In iptables mode 990 Services more are 990 rules more in the chain KUBE-SERVICES.',
      value: grown('searched'),
      expect: { equals: 990 },
      scope: 'kube-proxy:iptables' as const,
    },
    {
      id: 'five-rules-a-service',
      claim:
        'In iptables mode 990 Services more, with one endpoint each, are 4,950 rules more in kube-proxy’s chains of the nat table: five a Service.',
      value: grown('rules'),
      expect: { equals: 4950 },
      scope: 'kube-proxy:iptables' as const,
    },
  ],
  nftables: [
    {
      id: 'search-stays',
      claim: 'In nftables mode 990 Services more add no rule to the chain services.',
      value: grown('searched'),
      expect: { equals: 0 },
      scope: 'kube-proxy:nftables' as const,
    },
    {
      id: 'one-rule-a-service',
      claim:
        'In nftables mode 990 Services more, with one endpoint each, are 990 rules more in kube-proxy’s table: one a Service.',
      value: grown('rules'),
      expect: { equals: 990 },
      scope: 'kube-proxy:nftables' as const,
    },
    {
      id: 'map-grows',
      claim: 'In nftables mode 990 Services more are 990 elements more in the map service-ips.',
      value: grown('elements'),
      expect: { equals: 990 },
      scope: 'kube-proxy:nftables' as const,
    },
  ],
};

const measure = (size: (typeof sizes)[number], from: number): LabInput['steps'] => [
  {
    kind: 'change',
    id: `make-${size}`,
    ...(size === 10
      ? { say: 'Ten more Services, then a hundred, then a thousand. All lead to the same pod.' }
      : {}),
    commands: [
      ...(size === 10 ? [{ on: 'you', command: ['kubectl', 'create', 'namespace', 'many'] }] : []),
      create(from, size - 1),
      // The last one alone, and last: when its rules are there, those of all others are.
      create(size, size),
    ],
    until: [
      {
        kind: 'programmed',
        id: `programmed-${size}`,
        claim: `worker2 has rules for the last of ${size} Services.`,
        namespace: 'many',
        service: `many-${size}`,
        on: ['worker2'],
      },
    ],
  },
  ...(['iptables', 'nftables'] as const).map((proxyMode) => ({
    kind: 'run' as const,
    id: `rules-${size}`,
    when: { proxyMode },
    on: 'node/worker2',
    command: ['bash', '-c', rulesCommand[proxyMode]],
    parse: 'json' as const,
    compare: 'exit' as const,
    checks: size === 1000 ? added[proxyMode] : [],
  })),
  {
    kind: 'run',
    id: `connect-${size}`,
    ...(size === 10
      ? {
          say: `${connections} connections, one after another: how long does each take until it is there, in seconds?`,
        }
      : {}),
    on: 'client',
    command: [
      ...[
        'curl',
        '-s',
        '-o',
        '/dev/null',
        '-H',
        'Connection: close',
        '-w',
        '%{time_connect} %{num_connects}\\n',
      ],
      `http://{{ nodes.worker2.ip }}:30110/healthz?[1-${connections}]`,
    ],
    parse: 'lines',
    compare: 'exit',
    checks: [
      {
        id: `measured-${size}`,
        claim: `With ${size} more Services ${connections} requests opened ${connections} connections, and the time of each was written down.`,
        value: `$count(steps.\`connect-${size}\`.value[$contains($, /^\\d\\.\\d+ 1$/)])`,
        expect: { equals: connections },
      },
    ],
  },
];

export const growth: LabInput['steps'] = [
  ...measure(10, 1),
  ...measure(100, 11),
  ...measure(1000, 101),
  {
    kind: 'run',
    id: 'comments',
    say: 'The rules of the first and of the last Service, found by their comments.',
    when: { proxyMode: 'iptables' },
    on: 'node/worker2',
    command: ['bash', '-c', `iptables-save -t nat | grep -E '"many/many-(1|1000):http'`],
    compare: 'exit',
    checks: [
      {
        id: 'comments-end-at-a-thousand',
        claim:
          'In iptables mode the rule that leads to the endpoint of the first added Service has its name in a comment; that of the thousandth has not, though the Service’s own rules have.',
        value:
          "[$contains(steps.comments.out, 'many/many-1:http -> '), $contains(steps.comments.out, 'many/many-1000:http -> '), $contains(steps.comments.out, 'many/many-1000:http cluster IP')]",
        expect: { equals: [true, false, true] },
        scope: 'kube-proxy:iptables',
      },
    ],
  },
  {
    kind: 'change',
    id: 'unmake',
    say: 'All of them go again.',
    commands: [
      { on: 'you', command: ['kubectl', 'delete', 'namespace', 'many', '--timeout=55s'] },
      ...['control-plane', 'worker', 'worker2'].map((role) => ({
        on: `node/${role}`,
        command: [
          'bash',
          '-c',
          'while { iptables-save; nft list ruleset; } 2>&1 | grep -q many/; do sleep 0.2; done',
        ],
      })),
    ],
  },
];
