/** TextMate grammar of what `iptables-save` prints, with and without counters. */
import type { LanguageRegistration } from 'shiki';
import { address, number, string } from './common.ts';

export const iptables: LanguageRegistration = {
  name: 'iptables',
  scopeName: 'source.iptables-save',
  repository: {},
  patterns: [
    { name: 'comment.line.iptables', match: '^#.*$' },
    { name: 'keyword.control.table.iptables', match: '^(\\*\\w+|COMMIT)$' },
    {
      // :PREROUTING ACCEPT [0:0]
      match: '^:(\\S+)\\s+(\\S+)\\s+(\\[\\d+:\\d+\\])',
      captures: {
        1: { name: 'entity.name.function.chain.iptables' },
        2: { name: 'support.constant.verdict.iptables' },
        3: { name: 'constant.numeric.counter.iptables' },
      },
    },
    { name: 'constant.numeric.counter.iptables', match: '^\\[\\d+:\\d+\\]' },
    {
      match: '(-A|-I|-D|-N|-P)\\s+(\\S+)',
      captures: {
        1: { name: 'keyword.operator.command.iptables' },
        2: { name: 'entity.name.function.chain.iptables' },
      },
    },
    {
      match:
        '(-j|-g)\\s+(ACCEPT|DROP|REJECT|RETURN|DNAT|SNAT|MASQUERADE|MARK|QUEUE|NFQUEUE|TRACE|REDIRECT)\\b',
      captures: {
        1: { name: 'keyword.operator.jump.iptables' },
        2: { name: 'support.constant.verdict.iptables' },
      },
    },
    {
      match: '(-j|-g)\\s+(\\S+)',
      captures: {
        1: { name: 'keyword.operator.jump.iptables' },
        2: { name: 'entity.name.function.chain.iptables' },
      },
    },
    {
      match: '(-m|-p|-t)\\s+(\\w+)',
      captures: {
        1: { name: 'keyword.operator.match.iptables' },
        2: { name: 'storage.type.module.iptables' },
      },
    },
    { name: 'keyword.operator.not.iptables', match: '(?<=\\s)!(?=\\s)' },
    { name: 'variable.parameter.option.iptables', match: '(?<=\\s|^)--?[a-z][a-z-]*' },
    string,
    address,
    number,
  ],
};
