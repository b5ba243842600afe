/** A pod that runs and is not ready: it is listed, and no rule leads to it. */
import type { LabInput } from '../../../src/lab/schema/lab.ts';
import { slicesOf } from './slices.ts';

const manifest = 'labs/02-service/manifests/warming.yaml';
const one = (name: 'cart-by-hand' | 'warming') => `pods[name='${name}'].ip`;

/** Where worker's rules for the Service lead to. */
const leadTo = (proxyMode: 'iptables' | 'nftables', list: string) => ({
  kind: 'run' as const,
  id: 'rules-warming',
  when: { proxyMode },
  on: 'node/worker',
  command: ['bash', '-c', `${list} | grep -oE '[0-9]+(\\.[0-9]+){3}(:| \\. )8080'`],
  compare: 'exit' as const,
  checks: [
    {
      id: 'no-rule-for-the-unready',
      claim:
        'worker’s rules for this Service lead to the ready one of its two pods, and not to the one that is not ready.',
      value: '$match(steps.`rules-warming`.out, /\\d+\\.\\d+\\.\\d+\\.\\d+/).match[]',
      expect: { same: `[${one('cart-by-hand')}]` },
    },
  ],
});

/** Waits for its EndpointSlice. It is printed by its kind: its name ends in chance. */
const listed = (condition: string) => ({
  on: 'you',
  command: [
    'kubectl',
    'wait',
    'endpointslices',
    ...['-l', 'kubernetes.io/service-name=warming'],
    `--for=${condition}`,
    '--timeout=30s',
    '-o=jsonpath={.kind}{"\\n"}',
  ],
});

export const warming: LabInput['steps'] = [
  {
    kind: 'change',
    id: 'warming-comes',
    say: 'A Service with two pods, one of which answers its readiness probe with HTTP 503.',
    commands: [
      { on: 'you', command: ['kubectl', 'apply', '-f', manifest] },
      listed('create'),
      listed("jsonpath={.endpoints[?(@.targetRef.name=='warming')].conditions.ready}=false"),
    ],
    until: [
      {
        kind: 'endpoints',
        id: 'one-warm',
        claim: 'The Service warming has one ready endpoint.',
        service: 'warming',
        ready: 1,
      },
      {
        kind: 'programmed',
        id: 'one-warm-programmed',
        claim: 'worker has rules for that one only.',
        service: 'warming',
        on: ['worker'],
      },
      {
        kind: 'answers',
        id: 'unready-answers',
        claim: 'The pod warming answers at its own address.',
        from: 'netns/shopper',
        url: `http://{{ ${one('warming')} }}:8080/healthz`,
      },
    ],
  },
  {
    kind: 'run',
    id: 'slice-warming',
    on: 'you',
    command: slicesOf(
      'warming',
      '-o',
      'jsonpath={range .items[*].endpoints[*]}{.addresses[0]} ready={.conditions.ready} serving={.conditions.serving} terminating={.conditions.terminating}: {.targetRef.name}{"\\n"}{end}',
    ),
    parse: 'lines',
    compare: 'exit',
    checks: [
      {
        id: 'unready-is-listed',
        claim:
          'The EndpointSlice lists the address of a pod that is not ready and does not terminate, with ready=false, beside a ready one with ready=true.',
        value:
          '$sort($match(steps.`slice-warming`.out, /^(\\S+ ready=\\S+) serving=\\S+ (terminating=\\S+):/m).(groups[0] & " " & groups[1]))',
        expect: {
          same: `$sort([${one('cart-by-hand')} & ' ready=true terminating=false', ${one('warming')} & ' ready=false terminating=false'])`,
        },
      },
    ],
  },
  leadTo('iptables', `iptables-save -t nat | grep '"market/warming:http"'`),
  leadTo(
    'nftables',
    `nft list table ip kube-proxy | sed -n '/chain service-.*market.warming.tcp.http {/,/^\\t}/p'`,
  ),
  {
    kind: 'probe',
    id: 'ask-warming',
    say: 'At its own address the pod that is not ready answers; first the path that its readiness probe asks, then another one.',
    from: 'netns/shopper',
    url: `http://{{ ${one('warming')} }}:8080/echo?msg=not-yet&code=503`,
  },
  {
    kind: 'probe',
    id: 'ask-warming-name',
    from: 'netns/shopper',
    url: `http://{{ ${one('warming')} }}:8080/hostname`,
    checks: [
      {
        id: 'unready-serves-by-address',
        claim:
          'At its own address the pod that is not ready answers what its readiness probe asks with HTTP 503, and another request with HTTP 200.',
        value:
          '[steps.`ask-warming`.value.status, steps.`ask-warming-name`.value.status, steps.`ask-warming-name`.value.body]',
        expect: { equals: [503, 200, 'warming'] },
      },
    ],
  },
  {
    kind: 'change',
    id: 'warming-gone',
    commands: [{ on: 'you', command: ['kubectl', 'delete', '-f', manifest, '--wait=false'] }],
  },
];
