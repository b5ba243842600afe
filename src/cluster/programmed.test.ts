/** On rulesets that were recorded in a node (worker2) of each mode: Services web, web-local, solo and empty. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { missingRule, type ServiceOnNode } from './programmed.ts';

const recorded = (file: string) => readFileSync(join(import.meta.dirname, 'testdata', file), 'utf8');
const service = (
  name: string,
  nodePort: number,
  endpoints: string[],
  rest: Partial<ServiceOnNode> = {},
): ServiceOnNode => ({
  service: `default/${name}`,
  endpoints,
  local: [],
  externalTrafficPolicy: 'Cluster',
  nodePort,
  ...rest,
});

const modes = [
  {
    mode: 'iptables' as const,
    rules: recorded('iptables-save.txt'),
    web: ['10.244.1.2:8080', '10.244.2.3:8080'],
    local: '10.244.2.2:8080',
  },
  {
    mode: 'nftables' as const,
    rules: recorded('nft-kube-proxy.txt'),
    web: ['10.244.1.2:8080', '10.244.2.2:8080'],
    local: '10.244.2.3:8080',
  },
];

describe.each(modes)('in $mode mode', ({ mode, rules, web, local }) => {
  const missing = (wanted: ServiceOnNode) => missingRule(mode, rules, wanted);

  test('a Service with two endpoints is programmed when both are in the rules', () => {
    expect(missing(service('web', 30080, web))).toBeUndefined();
  });

  test('an endpoint that is not in the rules yet, or not any more, is named', () => {
    expect(missing(service('web', 30080, [...web, '10.244.2.9:8080']))).toContain('10.244.2.9:8080');
    expect(missing(service('web', 30080, web.slice(0, 1)))).toContain(web[1]);
  });

  test('another nodePort than the one in the rules is missing', () => {
    expect(missing(service('web', 30085, web))).toBe('no rule for port 30085');
  });

  test('a Service without endpoints is programmed when a rule refuses it', () => {
    expect(missing(service('empty', 30082, []))).toBeUndefined();
    expect(missing(service('web', 30080, []))).toContain('wanted: none');
  });

  test('policy Local is programmed when the port leads to the local endpoints', () => {
    const wanted = service('web-local', 30081, [local], { externalTrafficPolicy: 'Local', local: [local] });
    expect(missing(wanted)).toBeUndefined();
    expect(missing({ ...wanted, externalTrafficPolicy: 'Cluster' })).toContain(
      'still follows the policy Local',
    );
    expect(missing({ ...service('web', 30080, web), externalTrafficPolicy: 'Local', local: web })).toContain(
      'still follows the policy Cluster',
    );
  });

  test('a Service that the rules do not know has no rule that refuses it', () => {
    expect(missing(service('nowhere', 30084, []))).toBe(
      'no rule refuses default/nowhere, which has no endpoints',
    );
  });
});

test('with session affinity nftables mode has a chain for each endpoint, named after it', () => {
  // Shape: kube-proxy v1.37.0 pkg/proxy/nftables/proxier.go, writeServiceToEndpointRules.
  const endpoint = (ip: string) => `endpoint-GTK6MW7G-ns5/svc5/tcp/p80__${ip}/8080`;
  const [one, two] = ['10.180.0.3', '10.180.0.4'];
  const rules = `table ip kube-proxy {
\tchain service-HVFWP5L3-ns5/svc5/tcp/p80 {
\t\tip saddr @affinity-GTK6MW7G-ns5/svc5/tcp/p80__${one}/8080 goto ${endpoint(one)}
\t\tnumgen random mod 2 vmap { 0 : goto ${endpoint(one)}, 1 : goto ${endpoint(two)} }
\t}
}`;
  const wanted = (endpoints: string[]): ServiceOnNode => ({
    service: 'ns5/svc5',
    endpoints,
    local: [],
    externalTrafficPolicy: 'Cluster',
    nodePort: undefined,
  });
  expect(missingRule('nftables', rules, wanted([`${one}:8080`, `${two}:8080`]))).toBeUndefined();
  expect(missingRule('nftables', rules, wanted([`${one}:8080`]))).toContain(`${two}:8080`);
});

test('beyond 1,000 endpoints the rules of a Service are found without their comments', () => {
  const [{ rules, web } = { rules: '', web: [] }] = modes;
  const bare = rules.replaceAll(
    / -m comment --comment "default\/web(?: -> [^"]*)?"(?=.* -j (?:KUBE-SEP|DNAT))/g,
    '',
  );
  expect(bare).not.toContain('default/web -> ');
  expect(missingRule('iptables', bare, service('web', 30080, web))).toBeUndefined();
  expect(missingRule('iptables', bare, service('web', 30080, web.slice(0, 1)))).toContain(web[1]);
});
