/** What kube-proxy says of itself, and where its rules stand. */
import type { LabInput } from '../../../src/lab/schema/lab.ts';
import { found } from './found.ts';

export const modes: LabInput['steps'] = [
  {
    kind: 'run',
    id: 'mode',
    say: 'kube-proxy itself says which mode it works in.',
    on: 'node/worker',
    command: ['curl', '-s', 'http://localhost:10249/proxyMode'],
    checks: (['iptables', 'nftables'] as const).map((proxyMode) => ({
      id: `mode-is-${proxyMode}`,
      claim: `kube-proxy on worker says at /proxyMode that it works in ${proxyMode} mode.`,
      value: 'steps.mode.out',
      expect: { equals: proxyMode },
      when: { proxyMode },
      scope: `kube-proxy:${proxyMode}` as const,
    })),
  },
  {
    kind: 'run',
    id: 'choices',
    say: 'And which modes it could work in: its own help, on the node.',
    on: 'node/worker',
    command: [
      'bash',
      '-c',
      "crictl exec $(crictl ps -q --name '^kube-proxy$') kube-proxy --help | grep -e --proxy-mode",
    ],
    checks: [
      {
        id: 'three-modes',
        claim:
          'By its own help, kube-proxy can work on Linux in iptables mode, which is the default, in nftables mode and in ipvs mode.',
        value: 'steps.choices.out',
        expect: {
          matches: "--proxy-mode .*on Linux this can be 'iptables' \\(default\\), 'ipvs', or 'nftables'",
        },
        scope: 'since v1.37',
      },
      {
        id: 'no-userspace-mode',
        claim: 'What its help says of --proxy-mode names no userspace mode.',
        value: "$contains(steps.choices.out, 'userspace')",
        expect: { equals: false },
        scope: 'since v1.37',
      },
    ],
  },
  {
    kind: 'run',
    id: 'ipvs',
    say: 'And of ipvs mode? A warning stands in the program that runs on worker.',
    on: 'node/worker',
    command: [
      'bash',
      '-c',
      "grep -aoE 'The ipvs proxier has been deprecated[A-Za-z0-9. ]* Migrate to the [^ ]+ proxier instead\\.' /proc/$(pgrep -x kube-proxy)/exe",
    ],
    checks: [
      {
        id: 'ipvs-is-deprecated',
        claim:
          'A warning in the program kube-proxy 1.37: ipvs is deprecated, will be disabled by default in Kubernetes 1.40 and removed in 1.43; one should migrate to nftables.',
        value: 'steps.ipvs.out',
        expect: {
          matches:
            "^The ipvs proxier has been deprecated .*disabled by default in Kubernetes 1\\.40 and removed in Kubernetes 1\\.43\\. Migrate to the 'nftables' proxier instead\\.$",
        },
        scope: 'since v1.37',
      },
    ],
  },
  {
    kind: 'run',
    id: 'tool',
    say: 'The iptables of the node is the one that writes nftables.',
    on: 'node/worker',
    command: ['iptables', '--version'],
    checks: [
      {
        id: 'iptables-is-nft',
        claim: 'The iptables command on worker is the one that works through nf_tables.',
        value: 'steps.tool.out',
        expect: { matches: '\\(nf_tables\\)$' },
      },
    ],
  },
  {
    kind: 'run',
    id: 'tables',
    say: 'So nft lists the tables of iptables as well.',
    on: 'node/worker',
    command: ['nft', 'list', 'tables'],
    compare: 'lines',
    checks: [
      {
        id: 'iptables-tables-are-nft-tables',
        claim: 'nft lists the tables of iptables, too: ip nat and ip filter.',
        value:
          "[$contains(steps.tables.out, 'table ip nat'), $contains(steps.tables.out, 'table ip filter')]",
        expect: { equals: [true, true] },
      },
    ],
  },
  ...found('found-own', 'Whose rules are there? On each node:'),
];
