/** The header fields that nft prints in a `packet:` line of `nft monitor trace`, by name or (with -n) by number. */
import { isIP } from 'node:net';
import type { Packet, Protocol } from '../packet.ts';
import { parseNumber, parsePort } from './lines.ts';

/** A packet as one base chain saw it. Fields that the line did not have are left out. */
export interface TracedPacket {
  readonly iif?: string;
  readonly oif?: string;
  readonly macSource?: string;
  readonly macDestination?: string;
  /** Left out when the line has no addresses that this parser knows. */
  readonly packet?: Packet;
  /** `ip id`. 0 for SYN-ACK and RST of Linux; IPv6 has none. */
  readonly ipId?: number;
  readonly unknown: readonly string[];
}

/** Which words take a value, by the word before them. What is not here goes to `unknown`. */
const fields: ReadonlyMap<string, readonly string[]> = new Map([
  ['ether', ['saddr', 'daddr', 'type']],
  [
    'ip',
    ['saddr', 'daddr', 'dscp', 'ecn', 'ttl', 'id', 'protocol', 'length', 'version', 'hdrlength', 'frag-off'],
  ],
  ['ip6', ['saddr', 'daddr', 'dscp', 'ecn', 'hoplimit', 'flowlabel', 'nexthdr', 'length', 'version']],
  ['tcp', ['sport', 'dport', 'flags', 'window', 'sequence', 'ackseq', 'doff', 'checksum', 'urgptr']],
  ['udp', ['sport', 'dport', 'length', 'checksum']],
  ['icmp', ['type', 'code', 'id', 'sequence', 'mtu', 'gateway', 'checksum']],
  ['icmpv6', ['type', 'code', 'id', 'sequence', 'mtu', 'parameter-problem', 'max-delay', 'checksum']],
]);

export function parseNftPacket(text: string): TracedPacket {
  const words = text.match(/"[^"]*"|\([^)]*\)|\S+/g) ?? [];
  const found = new Map<string, string>();
  const unknown: string[] = [];
  for (let at = 0; at < words.length; ) {
    const word = words[at] ?? '';
    const next = words[at + 1];
    if ((word === 'iif' || word === 'oif') && next !== undefined && !found.has(word)) {
      found.set(word, next.replace(/^"|"$/g, ''));
      at += 2;
      continue;
    }
    const name = `${word} ${next ?? ''}`;
    const valueAt = words[at + 2] === '==' ? at + 3 : at + 2;
    const value = words[valueAt];
    if (next !== undefined && value !== undefined && fields.get(word)?.includes(next) && !found.has(name)) {
      found.set(name, value);
      at = valueAt + 1;
    } else {
      unknown.push(word);
      at += 1;
    }
  }
  return closePacket(found, unknown);
}

function closePacket(found: ReadonlyMap<string, string>, unknown: readonly string[]): TracedPacket {
  const iif = found.get('iif');
  const oif = found.get('oif');
  const macSource = found.get('ether saddr');
  const macDestination = found.get('ether daddr');
  const ipId = parseNumber(found.get('ip id'));
  const packet = headerOf(found);
  return {
    ...(iif === undefined ? {} : { iif }),
    ...(oif === undefined ? {} : { oif }),
    ...(macSource === undefined ? {} : { macSource }),
    ...(macDestination === undefined ? {} : { macDestination }),
    ...(packet ? { packet } : {}),
    ...(ipId === undefined ? {} : { ipId }),
    unknown,
  };
}

function headerOf(found: ReadonlyMap<string, string>): Packet | undefined {
  const family = found.has('ip saddr') ? 'ip' : 'ip6';
  const source = found.get(`${family} saddr`);
  const destination = found.get(`${family} daddr`);
  const protocol = protocolOf(found);
  if (source === undefined || destination === undefined || protocol === undefined) return undefined;
  if (isIP(source) === 0 || isIP(destination) === 0) return undefined;
  const sport = parsePort(found.get(`${protocol} sport`));
  const dport = parsePort(found.get(`${protocol} dport`));
  const flags = parseFlags(found.get('tcp flags'));
  const icmp = icmpName(protocol, found.get(`${protocol} type`), found.get(`${protocol} code`));
  const ttl = parseNumber(found.get('ip ttl') ?? found.get('ip6 hoplimit'));
  return {
    protocol,
    source: { ip: source, ...(sport === undefined ? {} : { port: sport }) },
    destination: { ip: destination, ...(dport === undefined ? {} : { port: dport }) },
    ...(flags === undefined ? {} : { flags }),
    ...(icmp === undefined ? {} : { icmp }),
    ...(ttl === undefined || ttl > 255 ? {} : { ttl }),
  };
}

function protocolOf(found: ReadonlyMap<string, string>): Protocol | undefined {
  for (const protocol of ['tcp', 'udp', 'icmp', 'icmpv6'] as const) {
    if (found.has(`${protocol} sport`) || found.has(`${protocol} type`)) return protocol;
  }
  return protocols.get(found.get('ip protocol') ?? found.get('ip6 nexthdr') ?? '');
}

/** https://www.iana.org/assignments/protocol-numbers, by number (-n) and by name. */
const protocols: ReadonlyMap<string, Protocol> = new Map([
  ['1', 'icmp'],
  ['icmp', 'icmp'],
  ['6', 'tcp'],
  ['tcp', 'tcp'],
  ['17', 'udp'],
  ['udp', 'udp'],
  ['58', 'icmpv6'],
  ['ipv6-icmp', 'icmpv6'],
  ['icmpv6', 'icmpv6'],
]);

/** Bit by bit in the order of the TCP header (RFC 9293 §3.1, lowest bit first). */
const flagNames = ['fin', 'syn', 'rst', 'psh', 'ack', 'urg', 'ece', 'cwr'];

/** `0x12`, `syn`, `syn | ack`, `(syn|ack)` and `syn,ack` become words in the order of the header: `syn ack`. */
export function parseFlags(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const words = text
    .replace(/[()]/g, '')
    .split(/[\s|,]+/)
    .filter(Boolean);
  const bits = parseNumber(words.length === 1 ? words[0] : undefined);
  const set = flagNames.filter((name, bit) =>
    bits === undefined ? words.includes(name) : (bits >> bit) & 1,
  );
  return set.length === 0 ? undefined : set.join(' ');
}

/** RFC 792 and RFC 4443: what matters to a probe, type and code of each. */
const icmpNames = {
  icmp: {
    unreachable: ['3', 'destination-unreachable'],
    redirect: ['5', 'redirect'],
    codes: new Map([
      ['0', 'net-unreachable'],
      ['1', 'host-unreachable'],
      ['3', 'port-unreachable'],
      ['13', 'admin-prohibited'],
    ]),
  },
  icmpv6: {
    unreachable: ['1', 'destination-unreachable'],
    redirect: ['137', 'nd-redirect'],
    codes: new Map([
      ['0', 'no-route'],
      ['1', 'admin-prohibited'],
      ['3', 'addr-unreachable'],
      ['4', 'port-unreachable'],
    ]),
  },
} as const;

/** What the ICMP packet says, by name where it is of use to a probe, else `type 8 code 0`. */
function icmpName(
  protocol: Protocol,
  type: string | undefined,
  code: string | undefined,
): string | undefined {
  if (type === undefined || (protocol !== 'icmp' && protocol !== 'icmpv6')) return undefined;
  const {
    unreachable,
    redirect,
    codes,
  }: { unreachable: readonly string[]; redirect: readonly string[]; codes: ReadonlyMap<string, string> } =
    icmpNames[protocol];
  if (redirect.includes(type)) return 'redirect';
  if (!unreachable.includes(type))
    return parseNumber(type) === undefined ? type : `type ${type} code ${code ?? '?'}`;
  if (code === undefined) return 'destination-unreachable';
  return codes.get(code) ?? (parseNumber(code) === undefined ? code : `unreachable code ${code}`);
}
