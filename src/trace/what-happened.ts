/** What happened to the packet at a hop, in a few words, with the rule or object that did it. */
import type { Hop, Rule } from './hop.ts';
import { type Endpoint, formatEndpoint } from './packet.ts';
import type { Trace } from './trace.ts';

export function whatHappened(trace: Trace, hop: Hop): string {
  switch (hop.action) {
    case 'sent':
      return ['sent', kindOfAnswer(hop)].filter(Boolean).join(' ');
    case 'marked':
      return ['marked for masquerade', markedFor(hop)].filter(Boolean).join(' by ');
    case 'dnat':
      return dnat(hop);
    case 'snat':
      return `SNAT, ${masquerade(hop)}`;
    case 'un-snat':
      return 'SNAT undone, conntrack';
    case 'un-dnat':
      return 'DNAT undone, conntrack';
    case 'routed':
      return routed(trace, hop);
    case 'delivered':
      return delivered(trace, hop);
    case 'dropped':
    case 'rejected':
      return stopped(hop);
    default:
      return hop.action satisfies never;
  }
}

/** The rule that did what the hop says: rules after it in the same hook were met and changed nothing. */
export function decidingRule({ action, rules }: Hop): Rule | undefined {
  const words: Partial<Record<Hop['action'], RegExp>> = {
    dnat: /\bdnat\b/i,
    snat: /\b(?:masquerade|snat)\b/i,
    marked: /\bmark (?:or|\|) |--set-xmark/,
  };
  const word = words[action];
  return (word && rules.findLast(({ text }) => word.test(withoutQuotes(text)))) ?? rules.at(-1);
}

/** `KUBE-SEP-PXJ2…`, `service-PFIS…-shop/cart/tcp/`: enough of a hash to find it. */
export function shortChain(chain: string): string {
  return chain
    .replace(/^(KUBE-[A-Z]+-[A-Z2-7]{4})[A-Z2-7]{12}$/, '$1…')
    .replace(/^([a-z]+-[A-Z2-7]{4})[A-Z2-7]{4}-/, '$1…-');
}

function withoutQuotes(text: string): string {
  return text.replace(/"(?:\\.|[^"\\])*"/g, '');
}

function kindOfAnswer({ packet }: Hop): string {
  if (packet.icmp !== undefined) return `ICMP ${packet.icmp}`;
  return packet.flags?.includes('rst') ? 'RST' : '';
}

/** The chain that sent the packet to be marked: the Service's, not those that every packet comes through. */
function markedFor({ rules }: Hop): string {
  const common = new Set([
    'PREROUTING',
    'OUTPUT',
    'KUBE-SERVICES',
    'KUBE-MARK-MASQ',
    'nat-prerouting',
    'nat-output',
  ]);
  const chain = rules.findLast((rule) => !common.has(rule.chain) && !rule.chain.startsWith('filter-'))?.chain;
  return chain === undefined ? '' : shortChain(chain);
}

function dnat(hop: Hop): string {
  const rule = decidingRule(hop);
  const choice = choiceOf(hop.after?.destination, rule?.text ?? '');
  return `DNAT${rule ? ` by ${shortChain(rule.chain)}` : ''}${choice > 1 ? `, one of ${choice} endpoints` : ''}`;
}

/** How many endpoints there were to choose from, where the prediction or the rule says it. */
function choiceOf(destination: Endpoint | undefined, text: string): number {
  if (destination && typeof destination.ip !== 'string') return destination.ip.oneOf.length;
  return Number(/\bnumgen random mod (\d+)\b/.exec(text)?.[1] ?? 1);
}

function masquerade(hop: Hop): string {
  const port = hop.after?.source.port;
  if (typeof port === 'object' && 'any' in port) return port.any;
  const text = decidingRule(hop)?.text ?? '';
  return /fully-random|--random-fully/.test(text) ? 'masquerade fully-random' : 'masquerade';
}

/** The rows before and after name the pod; here it is enough that the interface leads to one. */
function routed({ hops }: Trace, hop: Hop): string {
  const pod = (other: Hop | undefined) => (other?.place.role.endsWith('pod') ? ' (pod)' : '');
  const at = hops.indexOf(hop);
  const { in: from, out: to, via } = hop;
  const ways = [from && `${from}${pod(hops[at - 1])}`, to && `${to}${pod(hops[at + 1])}`].filter(Boolean);
  return [ways.length > 0 ? `routed, ${ways.join(' → ')}` : 'routed', via && `via ${via}`]
    .filter(Boolean)
    .join(' ');
}

function delivered({ direction, end }: Trace, { packet }: Hop): string {
  if (direction === 'reply') return end.text === '' ? 'received' : end.text;
  const { port } = packet.destination;
  const to = port === undefined ? formatEndpoint(packet.destination) : formatEndpoint({ ip: '', port });
  return end.kind === 'reset' ? `came to ${to}, nothing listens` : `delivered to ${to}`;
}

/** The last rule that it met is to blame only where the stop was seen; one that is inferred happened outside the rules. */
function stopped(hop: Hop): string {
  if (hop.grade === 'inferred')
    return hop.action === 'dropped' ? 'not seen again, no rule dropped it' : 'rejected, by no rule';
  return [hop.action, stoppedBy(hop)].filter(Boolean).join(' ');
}

function stoppedBy(hop: Hop): string {
  const rule = decidingRule(hop);
  if (!rule) return hop.because?.text ?? '';
  const comment = /\bcomment "(?<said>(?:\\.|[^"\\])*)"/.exec(rule.text)?.groups?.said;
  return `by ${shortChain(rule.chain)}${comment === undefined ? '' : `: ${comment}`}`;
}
