/** TextMate grammar of what `conntrack -L` and `conntrack -E` print: the two tuples of an entry look different. */
import type { LanguageRegistration } from 'shiki';
import { number } from './common.ts';

const tuple = 'src=\\S+\\s+dst=\\S+(?:\\s+(?:sport|dport|type|code|id)=\\d+)*';

const fields = (direction: 'original' | 'reply') => ({
  patterns: [
    {
      match: '(src|dst)(=)(\\S+)',
      captures: {
        1: { name: `variable.parameter.${direction}.conntrack` },
        2: { name: 'punctuation.separator.conntrack' },
        3: { name: `constant.numeric.address.${direction}.conntrack` },
      },
    },
    {
      match: '(sport|dport|type|code|id)(=)(\\d+)',
      captures: {
        1: { name: `variable.parameter.${direction}.conntrack` },
        2: { name: 'punctuation.separator.conntrack' },
        3: { name: `constant.numeric.port.${direction}.conntrack` },
      },
    },
  ],
});

export const conntrack: LanguageRegistration = {
  name: 'conntrack',
  scopeName: 'source.conntrack',
  patterns: [
    { name: 'comment.line.conntrack', match: '^conntrack v.*$' },
    {
      // What came in, then what an answer looks like before it is rewritten back.
      match: `(${tuple})(.*?)(${tuple})`,
      captures: {
        1: { name: 'meta.tuple.original.conntrack', ...fields('original') },
        2: { patterns: [{ include: '#flag' }, { include: '#field' }] },
        3: { name: 'meta.tuple.reply.conntrack', ...fields('reply') },
      },
    },
    { include: '#event' },
    { include: '#flag' },
    { include: '#state' },
    { include: '#field' },
    { name: 'storage.type.protocol.conntrack', match: '\\b(tcp|udp|icmp|icmpv6|sctp|ipv4|ipv6)\\b' },
    number,
  ],
  repository: {
    event: { name: 'keyword.control.event.conntrack', match: '\\[(NEW|UPDATE|DESTROY)\\]' },
    flag: { name: 'support.constant.flag.conntrack', match: '\\[[A-Z_]+\\]' },
    state: {
      name: 'entity.name.tag.state.conntrack',
      match:
        '\\b(NONE|SYN_SENT2?|SYN_RECV|ESTABLISHED|FIN_WAIT|CLOSE_WAIT|LAST_ACK|TIME_WAIT|CLOSE|LISTEN)\\b',
    },
    field: {
      match: '\\b(mark|use|id|packets|bytes|zone|secctx)(=)(\\S+)',
      captures: {
        1: { name: 'comment.field.conntrack' },
        2: { name: 'punctuation.separator.conntrack' },
        3: { name: 'comment.field.conntrack' },
      },
    },
  },
};
