import { expect, test } from 'vitest';
import { highlight } from './highlight.ts';
import { addressesIn, rolesOf } from './roles.ts';

const node = (ip: string, podSideIp: string) => ({ name: 'n', ip, podSideIp });
const facts = {
  client: { name: 'client', ip: '172.31.77.250' },
  nodes: { worker: node('172.31.77.3', '10.244.1.1'), worker2: node('172.31.77.2', '10.244.2.1') },
  pods: [
    { name: 'cart-1', app: 'cart', node: 'worker2', ip: '10.244.2.2', ready: true },
    { name: 'proxy-1', app: 'proxy', node: 'worker2', ip: '172.31.77.2', ready: true },
  ],
  services: { cart: { clusterIP: '10.96.18.45', ports: [{ port: 80, targetPort: 8080, nodePort: 30080 }] } },
};
const roles = rolesOf(facts);

test('roles stand in the order of the request, each with its kind', () => {
  expect([...roles].map(([address, { kind }]) => `${address} ${kind}`)).toEqual([
    '172.31.77.250 client',
    '172.31.77.3 entry',
    '10.244.1.1 entry',
    '172.31.77.2 node',
    '10.244.2.1 node',
    '10.244.2.2 pod',
    '10.96.18.45 service',
  ]);
});

test('the word None of a headless Service is no address', () => {
  const headless = { ...facts, services: { headless: { clusterIP: 'None', ports: [] } } };
  expect([...rolesOf(headless).keys()]).not.toContain('None');
});

test('where the asked node has pods too, no node is the one that has the pod', () => {
  const pods = [
    ...facts.pods,
    { name: 'cart-2', app: 'cart', node: 'worker', ip: '10.244.1.2', ready: true },
  ];
  const titles = [...rolesOf({ ...facts, pods }).values()].map(({ title }) => title);
  expect(titles).toContain('worker, a node with pods');
  expect(titles).toContain('worker2, a node with pods');
});

test('an address is found whole: 172.31.77.2 is not in 172.31.77.250', () => {
  const found = addressesIn('src=172.31.77.250 dst=172.31.77.2:80 10.244.2.22 1172.31.77.3', roles);
  expect(found.map(({ address }) => address)).toEqual(['172.31.77.250', '172.31.77.2']);
});

test('an address in a highlighted line says whose it is, in one colour', async () => {
  const html = await highlight('-j DNAT --to-destination 10.244.2.2:8080', 'iptables', roles);
  expect(html).toContain(
    '<span class="hop-address is-pod" data-address="10.244.2.2" title="pod of cart, on worker2">10.244.2.2</span>',
  );
});

test('the text stays what it was', async () => {
  const line =
    '-A KUBE-SVC-X ! -s 10.244.0.0/16 -d 10.96.18.45/32 -m comment --comment "a <b> & c" -j KUBE-MARK-MASQ';
  const html = await highlight(line, 'iptables', roles);
  const text = html
    .replaceAll(/<[^>]+>/g, '')
    .replaceAll(/&#x3C;|&lt;/g, '<')
    .replaceAll(/&#x26;|&amp;/g, '&')
    .replaceAll('&gt;', '>');
  expect(text).toBe(line);
});

test('colours are variables of the theme', async () => {
  expect(await highlight('COMMIT', 'iptables')).toBe(
    '<span style="color:var(--hop-code-keyword)">COMMIT</span>',
  );
});
