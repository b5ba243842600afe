/** From labels to the EndpointSlice. */
import type { LabInput } from '../../../src/lab/schema/lab.ts';
import { slicesOf } from './slices.ts';

/** The addresses that it lists, and before them the ports, each in a line. */
const ports =
  'jsonpath={range .items[*].ports[*]}port {.name} = {.port}{"\\n"}{end}{range .items[*].endpoints[*]}{.addresses[0]} ready={.conditions.ready} on {.nodeName}: {.targetRef.name}{"\\n"}{end}';

export const selected: LabInput['steps'] = [
  {
    kind: 'run',
    id: 'owners',
    say: 'Which pods have the label, and who made them?',
    on: 'you',
    command: [
      'kubectl',
      'get',
      'pods',
      '-l',
      'app=cart',
      '-o',
      'custom-columns=POD:.metadata.name,MADE BY:.metadata.ownerReferences[0].kind,LABELS:.metadata.labels',
    ],
    compare: 'exit',
  },
  {
    kind: 'run',
    id: 'slice',
    say: 'The EndpointSlice of the Service lists them with their addresses and the port’s number.',
    on: 'you',
    command: slicesOf('cart', '-o', ports),
    parse: 'lines',
    compare: 'exit',
    checks: [
      {
        id: 'slice-lists-the-pods',
        claim:
          'The EndpointSlice lists the address of each of the three pods, all of them ready, and the number of the port that is named http.',
        value:
          '$append($match(steps.slice.out, /^port http = (\\d+)/m).groups[0], $sort($match(steps.slice.out, /^(\\S+) ready=true/m).groups[0]))',
        expect: { same: "$append('8080', $sort(pods[app='cart'].ip))" },
      },
      {
        id: 'maker-does-not-matter',
        claim:
          'The pod that was made by hand has no owner, and the EndpointSlice lists it like the two of the Deployment.',
        value:
          "[$contains(steps.owners.out, /cart-by-hand\\s+<none>/), $contains(steps.slice.out, 'cart-by-hand')]",
        expect: { equals: [true, true] },
      },
    ],
  },
  {
    kind: 'run',
    id: 'slice-gold',
    say: 'cart-gold asks for two labels, app=cart and tier=gold. Three pods have the first.',
    on: 'you',
    command: slicesOf('cart-gold'),
    compare: 'exit',
    checks: [
      {
        id: 'all-labels-must-match',
        claim: 'A pod that has only one of two labels is not selected: cart-gold has no endpoint.',
        value: 'steps.`slice-gold`.out',
        expect: { matches: '^cart-gold-\\S+\\s+IPv4\\s+<unset>\\s+<unset>' },
      },
    ],
  },
  {
    kind: 'probe',
    id: 'ask-gold',
    from: 'netns/shopper',
    url: 'http://{{ services.`cart-gold`.clusterIP }}/hostname',
    checks: [
      {
        id: 'no-endpoint-is-refused',
        claim:
          'A request to a Service without endpoints is refused (curl exit 7): it is not left to a timeout.',
        value: 'steps.`ask-gold`.value.exit',
        expect: { equals: 7 },
      },
    ],
  },
  {
    kind: 'run',
    id: 'slice-metrics',
    say: 'The targetPort of cart-metrics is a name, and no pod has a port of that name.',
    on: 'you',
    command: slicesOf('cart-metrics', '-o', ports),
    parse: 'lines',
    compare: 'exit',
    checks: [
      {
        id: 'unknown-name-is-no-port',
        claim:
          'Where the targetPort is a name that no pod has, the EndpointSlice lists the address of each of the three pods, all of them ready, and no port.',
        value:
          '[$count($match(steps.`slice-metrics`.out, /^port /m)), $sort($match(steps.`slice-metrics`.out, /^(\\S+) ready=true/m).groups[0])]',
        expect: { same: "[0, $sort(pods[app='cart'].ip)]" },
      },
    ],
  },
  {
    kind: 'run',
    id: 'declared',
    say: 'Does the port have to be declared? shopper itself has a Service too, and declares no containerPort:',
    on: 'you',
    command: [
      'kubectl',
      'get',
      'pods',
      '-o',
      'custom-columns=POD:.metadata.name,PORTS:.spec.containers[0].ports',
    ],
    compare: 'exit',
  },
  {
    kind: 'probe',
    id: 'ask-undeclared',
    from: 'netns/cart-by-hand',
    url: 'http://{{ services.shopper.clusterIP }}/hostname',
    checks: [
      {
        id: 'container-port-is-no-door',
        claim: 'A Service reaches port 9090 of a pod that declares no containerPort.',
        value:
          '[$contains(steps.declared.out, /shopper\\s+<none>/), steps.`ask-undeclared`.value.status, steps.`ask-undeclared`.value.body]',
        expect: { equals: [true, 200, 'shopper'] },
      },
    ],
  },
];
