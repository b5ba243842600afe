import { describe, expect, test } from 'vitest';
import type { Facts, StepRecord } from './evidence/schema.ts';
import { contextAfter, evaluate, fill, parseExpression } from './expression.ts';

const facts: Facts = {
  client: { name: 'client', ip: '10.89.0.9' },
  nodes: { worker: { name: 'hop-worker', ip: '10.89.0.3', podCIDR: '10.244.1.0/24' } },
  pods: [
    { name: 'cart-a', app: 'cart', node: 'worker', ip: '10.244.1.2', ready: true },
    { name: 'cart-b', app: 'cart', node: 'worker', ip: '10.244.1.3', ready: false },
  ],
  services: { cart: { clusterIP: '10.96.0.7', ports: [{ port: 80, targetPort: 8080, nodePort: 30080 }] } },
};
const ask: StepRecord = {
  id: 'ask-worker',
  kind: 'run',
  commands: [{ shown: 'curl x', exit: 7, out: 'a', err: 'refused' }],
  value: { status: 200, list: [1] },
};
const rules = (packets: number) => [
  { chain: 'KUBE-SVC-A', rule: '-A KUBE-SVC-A', packets },
  { chain: 'KUBE-SEP-A', rule: '-A KUBE-SEP-A', packets: 5 },
];
const context = contextAfter(facts, [
  ask,
  { ...ask, id: 'before', value: rules(3) },
  { ...ask, id: 'after', value: rules(4) },
]);

describe('an expression', () => {
  test.each([
    ['nodes.worker.ip', '10.89.0.3'],
    ['pods[ready].name', 'cart-a'],
    ['pods.name', ['cart-a', 'cart-b']],
    ['pods[ready].name[]', ['cart-a']],
    ['pods.{"at": ip}', [{ at: '10.244.1.2' }, { at: '10.244.1.3' }]],
    ['services.cart.ports.nodePort', 30080],
    ['steps.`ask-worker`.value.status', 200],
    ['steps.`ask-worker`.exit', 7],
    ['steps.`ask-worker`.facts.client.ip', '10.89.0.9'],
    ['pods[app="none"].ip', undefined],
    ['$sum', undefined],
    ['$inCidr(pods[0].ip, nodes.worker.podCIDR)', true],
    ['$inCidr(client.ip, nodes.worker.podCIDR)', false],
    ['$inCidr(pods[7].ip, nodes.worker.podCIDR)', undefined],
    ['$delta(steps.before.value, steps.after.value, "^KUBE-SVC-")', 1],
    ['$delta(steps.before.value, steps.after.value, "KUBE")', 1],
    ['$subnetOf(pods[0].ip, 24)', '10.244.1.0/24'],
    ['$subnetOf(pods[0].ip, 24) = nodes.worker.podCIDR', true],
    ['$subnetOf("172.31.77.250", 26)', '172.31.77.192/26'],
    ['$distinct(pods.app)', 'cart'],
  ])('%s', async (expression, value) => {
    const found = await evaluate(expression, context);
    expect(found).toStrictEqual(value);
    expect(Object.keys(found ?? {})).not.toContain('sequence');
  });

  test('sees the facts that the last step left', async () => {
    const changed = { ...facts, pods: [] };
    const after = contextAfter(facts, [ask, { ...ask, id: 'scale', facts: changed }]);
    expect(await evaluate('$count(pods)', after)).toBe(0);
    expect(await evaluate('$count(steps.`ask-worker`.facts.pods)', after)).toBe(2);
  });

  test('that can not be evaluated is an error with the expression and the reason', async () => {
    await expect(evaluate('client.ip + 1', context)).rejects.toThrow(/^`client.ip \+ 1`: .*number/);
    await expect(evaluate('$inCidr("x", "y")', context)).rejects.toThrow('"y" is not a CIDR range');
    await expect(evaluate('$delta("x", pods, "y")', context)).rejects.toThrow(
      '"after" is not a list of rules',
    );
  });
});

describe('a template', () => {
  test('takes values from expressions', async () => {
    const url = 'http://{{nodes.worker.ip}}:{{ services.cart.ports.nodePort }}/{{nodes.worker.ip}}';
    expect(await fill(url, context, 'url')).toBe('http://10.89.0.3:30080/10.89.0.3');
    expect(await fill('{"spec":{"a":{}}}', context, 'patch')).toBe('{"spec":{"a":{}}}');
  });

  test('names the place and the expression that has no value, or several', async () => {
    await expect(fill('http://{{ nodes.worker7.ip }}/', context, 'step ask, url')).rejects.toThrow(
      'step ask, url: `nodes.worker7.ip` has no value here',
    );
    await expect(fill('{{ pods.name }}', context, 'step ask')).rejects.toThrow(
      'step ask: `pods.name` must be one value to stand in a text, but is ["cart-a","cart-b"]',
    );
  });
});

describe('before anything runs', () => {
  test('an expression tells which steps it reads', () => {
    expect(
      parseExpression('steps.`a-b`.value = $$.steps.c.out and $count(pods[ip = $$.steps.d.out]) > 0'),
    ).toEqual({
      steps: ['a-b', 'c', 'd'],
      reads: [
        ['a-b', 'value'],
        ['c', 'out'],
        ['d', 'out'],
      ],
    });
    expect(parseExpression('$map(pods, function($pod) { $pod.ip = client.ip })')).toEqual({
      steps: [],
      reads: [],
    });
  });

  test.each([
    ['pods[', '`pods[` is not JSONata at character 5: Expected "]" before end of expression'],
    [
      'node.worker.ip',
      'nothing is named `node`; an expression starts with cluster, client, nodes, pods, services, steps',
    ],
    [
      'pods[ip = steps.a.out]',
      '`steps` after a dot or inside [] is looked up in each item; write `$$.steps`',
    ],
    ['$count(pods.(nodes.worker.ip))', 'write `$$.nodes`'],
  ])('%s is refused', (text, message) => {
    expect(() => parseExpression(text)).toThrow(message);
  });
});
