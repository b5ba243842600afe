import { describe, expect, test } from 'vitest';
import { highlighter, type Language, languageOf } from '../highlight/highlighter.ts';

/** Scopes of the token that starts with this text, innermost last. */
async function scopesOf(line: string, lang: Language, text: string): Promise<string[]> {
  const shiki = await highlighter();
  const [tokens = []] = shiki.codeToTokensBase(line, { lang, theme: 'hop', includeExplanation: 'scopeName' });
  const parts = tokens.flatMap((token) => token.explanation ?? []);
  const part = parts.find(({ content }) => content.trim() === text);
  return part?.scopes.map(({ scopeName }) => scopeName) ?? [];
}

describe('iptables-save', () => {
  const rule =
    '[3:180] -A KUBE-SEP-I24BXYTRA4KO7PT5 -p tcp -m comment --comment "shop/cart:http" -m tcp -j DNAT --to-destination 10.244.2.2:8080';

  test.each([
    ['[3:180]', 'constant.numeric.counter.iptables'],
    ['KUBE-SEP-I24BXYTRA4KO7PT5', 'entity.name.function.chain.iptables'],
    ['"shop/cart:http"', 'string.quoted.double.comment'],
    ['-j', 'keyword.operator.jump.iptables'],
    ['DNAT', 'support.constant.verdict.iptables'],
    ['--to-destination', 'variable.parameter.option.iptables'],
    ['10.244.2.2:8080', 'constant.numeric.address'],
  ])('%s is %s', async (text, scope) => {
    expect(await scopesOf(rule, 'iptables', text)).toContain(scope);
  });

  test('a table, a chain with its policy, and a jump to a chain of somebody’s', async () => {
    expect(await scopesOf('*nat', 'iptables', '*nat')).toContain('keyword.control.table.iptables');
    const chain = ':PREROUTING ACCEPT [2:120]';
    expect(await scopesOf(chain, 'iptables', 'ACCEPT')).toContain('support.constant.verdict.iptables');
    const jump = '-A KUBE-NODEPORTS -j KUBE-EXT-I5LIAMPLWKMBJ54B';
    expect(await scopesOf(jump, 'iptables', 'KUBE-EXT-I5LIAMPLWKMBJ54B')).toContain(
      'entity.name.function.chain.iptables',
    );
  });
});

describe('nft', () => {
  test.each([
    ['\t\tmeta l4proto tcp dnat to 10.244.2.2:8080', 'dnat to', 'support.constant.verdict.nft'],
    ['\t\tmeta l4proto tcp dnat to 10.244.2.2:8080', '10.244.2.2:8080', 'constant.numeric.address'],
    [
      '\tchain service-242WI43H-shop/cart/tcp/http {',
      'service-242WI43H-shop/cart/tcp/http',
      'entity.name.function.chain.nft',
    ],
    ['\t\tgoto service-242WI43H-shop/cart/tcp/http', 'goto', 'keyword.operator.jump.nft'],
    ['table ip kube-proxy {', 'kube-proxy', 'entity.name.type.table.nft'],
    [
      '\t\tip saddr != 10.244.0.0/16 jump mark-for-masquerade',
      'ip saddr',
      'variable.parameter.expression.nft',
    ],
    [
      'trace id 4f2c1a90 ip kube-proxy nodeports rule tcp dport 30080 accept (verdict accept)',
      'nodeports',
      'entity.name.function.chain.nft',
    ],
  ])('in "%s", %s is %s', async (line, text, scope) => {
    expect(await scopesOf(line, 'nft', text)).toContain(scope);
  });
});

describe('conntrack', () => {
  const entry =
    'tcp      6 118 TIME_WAIT src=172.31.77.250 dst=172.31.77.3 sport=35188 dport=30080 src=10.244.2.2 dst=172.31.77.3 sport=8080 dport=40056 [ASSURED] mark=0 use=1';

  test.each([
    ['172.31.77.250', 'meta.tuple.original.conntrack'],
    ['35188', 'constant.numeric.port.original.conntrack'],
    ['10.244.2.2', 'meta.tuple.reply.conntrack'],
    ['40056', 'constant.numeric.port.reply.conntrack'],
    ['TIME_WAIT', 'entity.name.tag.state.conntrack'],
    ['[ASSURED]', 'support.constant.flag.conntrack'],
  ])('%s is %s', async (text, scope) => {
    expect(await scopesOf(entry, 'conntrack', text)).toContain(scope);
  });

  test('an event without a reply has two tuples as well', async () => {
    const event =
      '    [NEW] tcp      6 120 SYN_SENT src=172.31.77.250 dst=172.31.77.3 sport=35188 dport=30080 [UNREPLIED] src=10.244.2.2 dst=172.31.77.3 sport=8080 dport=40056 id=1';
    expect(await scopesOf(event, 'conntrack', '[NEW]')).toContain('keyword.control.event.conntrack');
    expect(await scopesOf(event, 'conntrack', '10.244.2.2')).toContain('meta.tuple.reply.conntrack');
  });
});

test.each([
  ['docker exec hop-3n-worker conntrack -L -p tcp', 'conntrack'],
  ['docker exec hop-3n-worker iptables-save -c -t nat', 'iptables'],
  ["docker exec hop-3n-worker bash -c 'nft list table ip kube-proxy | grep x'", 'nft'],
  ['kubectl get pods -o json', 'json'],
  ['kubectl get pods -o wide', 'text'],
])('%s prints %s', (command, language) => {
  expect(languageOf(command)).toBe(language);
});
