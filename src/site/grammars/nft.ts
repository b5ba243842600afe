/** TextMate grammar of what `nft list` and `nft monitor trace` print. */
import type { LanguageRegistration } from 'shiki';
import { address, number, string } from './common.ts';

export const nft: LanguageRegistration = {
  name: 'nft',
  scopeName: 'source.nft',
  repository: {},
  patterns: [
    { name: 'comment.line.nft', match: '#.*$' },
    {
      // trace id 4f2c ip kube-proxy nodeport rule … (verdict goto external-…)
      match:
        '^(trace id)\\s+([0-9a-f]+)\\s+(ip6?|inet|arp|bridge|netdev)\\s+(\\S+)\\s+(\\S+)\\s+(rule|packet:|verdict|policy)',
      captures: {
        1: { name: 'keyword.control.trace.nft' },
        2: { name: 'constant.numeric.trace.nft' },
        3: { name: 'storage.type.family.nft' },
        4: { name: 'entity.name.type.table.nft' },
        5: { name: 'entity.name.function.chain.nft' },
        6: { name: 'keyword.control.trace.nft' },
      },
    },
    {
      match: '\\b(table)\\s+(ip6?|inet|arp|bridge|netdev)\\s+(\\S+)',
      captures: {
        1: { name: 'keyword.control.nft' },
        2: { name: 'storage.type.family.nft' },
        3: { name: 'entity.name.type.table.nft' },
      },
    },
    {
      match: '\\b(chain|map|set)\\s+([\\w./-]+)',
      captures: { 1: { name: 'keyword.control.nft' }, 2: { name: 'entity.name.function.chain.nft' } },
    },
    {
      match: '\\b(goto|jump)\\s+([\\w./-]+)',
      captures: { 1: { name: 'keyword.operator.jump.nft' }, 2: { name: 'entity.name.function.chain.nft' } },
    },
    { name: 'entity.name.function.set.nft', match: '@[\\w-]+' },
    {
      name: 'support.constant.verdict.nft',
      match:
        '\\b(accept|drop|reject|queue|continue|return|masquerade|(?:dnat|snat)(?: ip6?)?(?: addr \\. port)? to|fully-random)\\b',
    },
    {
      name: 'keyword.control.nft',
      match:
        '\\b(type|hook|priority|policy|elements|flags|counter|packets|bytes|vmap|map|numgen random mod|typeof)\\b',
    },
    {
      name: 'variable.parameter.expression.nft',
      match:
        '\\b(ip6? (?:saddr|daddr|protocol|dscp|id|ttl|length)|(?:tcp|udp|th) (?:sport|dport|flags|seq|window)|meta (?:l4proto|nfproto|mark|nftrace)|ct (?:state|status|mark|direction)|iifname|oifname|iif|oif|fib (?:saddr|daddr) type|mark(?= (?:set|and|or|xor|==|!=|&)))\\b',
    },
    { name: 'keyword.operator.nft', match: '!=|==|(?<=\\s)[&|.:](?=\\s)' },
    string,
    address,
    number,
  ],
};
