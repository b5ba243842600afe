/** IP addresses and CIDRs as text: families, containment, one spelling for each address. */
import type { Ip } from '../packet.ts';

/** As in `ipFamilies` of a Service. */
export type Family = 'IPv4' | 'IPv6';

interface Parsed {
  readonly family: Family;
  readonly value: bigint;
}

/** `10.244.1.2`, `fd00:10:244:1::2`. IPv4 mapped into IPv6 is not used in clusters and is not read. */
function parse(ip: string): Parsed | undefined {
  if (ip.includes(':')) {
    const [head, tail, more] = ip.split('::');
    if (head === undefined || more !== undefined) return undefined;
    const left = head === '' ? [] : head.split(':');
    const right = tail === undefined || tail === '' ? [] : tail.split(':');
    const zeros = 8 - left.length - right.length;
    if (tail === undefined ? zeros !== 0 : zeros < 1) return undefined;
    const groups = [...left, ...Array.from({ length: zeros }, () => '0'), ...right];
    if (!groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return undefined;
    return { family: 'IPv6', value: groups.reduce((sum, group) => (sum << 16n) | BigInt(`0x${group}`), 0n) };
  }
  const bytes = ip.split('.');
  if (bytes.length !== 4 || !bytes.every((byte) => /^\d{1,3}$/.test(byte) && Number(byte) < 256))
    return undefined;
  return { family: 'IPv4', value: bytes.reduce((sum, byte) => (sum << 8n) | BigInt(Number(byte)), 0n) };
}

function format({ family, value }: Parsed): string {
  const groups = family === 'IPv4' ? 4 : 8;
  const width = family === 'IPv4' ? 8n : 16n;
  const parts = Array.from({ length: groups }, (_, index) =>
    Number((value >> (width * BigInt(groups - 1 - index))) & ((1n << width) - 1n)),
  );
  if (family === 'IPv4') return parts.join('.');
  const text = parts.map((part) => part.toString(16)).join(':');
  const longest = [...text.matchAll(/(?<![0-9a-f])0(?::0)+(?![0-9a-f])/g)].reduce(
    (best, run) => (run[0].length > best.length ? run[0] : best),
    '',
  );
  if (longest === '') return text;
  return text.replace(new RegExp(`(^|:)${longest}(:|$)`), '::');
}

/** The family of an address or a CIDR; `undefined` for what is neither. */
export function familyOf(text: string): Family | undefined {
  return parse(text.split('/', 1)[0] ?? '')?.family;
}

/** The spelling that `ip`, `nft` and Go print (RFC 5952). What is no address stays as it is. */
export function canonical(ip: string): string {
  if (!ip.includes(':')) return ip;
  const parsed = parse(ip);
  return parsed === undefined ? ip : format(parsed);
}

function network(cidr: string): { readonly base: Parsed; readonly bits: bigint } | undefined {
  const [ip, prefix] = cidr.trim().split('/');
  const base = parse(ip ?? '');
  if (base === undefined || prefix === undefined || !/^\d{1,3}$/.test(prefix)) return undefined;
  return { base, bits: BigInt((base.family === 'IPv4' ? 32 : 128) - Number(prefix)) };
}

/** Whether an address lies in a CIDR; false when the families differ or one of them can't be read. */
export function contains(cidr: string, ip: string): boolean {
  const range = network(cidr);
  const address = parse(ip);
  if (range === undefined || address === undefined || range.base.family !== address.family) return false;
  return range.base.value >> range.bits === address.value >> range.bits;
}

/** Length of the prefix: 16 for `10.244.0.0/16`. */
export function prefixLength(cidr: string): number {
  return Number(cidr.trim().split('/')[1] ?? Number.NaN);
}

/** The first usable address of a CIDR: what host-local gives to the node's end of the pod network. */
export function firstAddress(cidr: string): string | undefined {
  const range = network(cidr);
  if (range === undefined) return undefined;
  const { family, value } = range.base;
  return format({ family, value: ((value >> range.bits) << range.bits) + 1n });
}

/** 127.0.0.0/8 and ::1. */
export function isLoopback(ip: string): boolean {
  return contains('127.0.0.0/8', ip) || canonical(ip) === '::1';
}

/** The addresses that a place of a prediction may have. */
export function addressesOf(ip: Ip): readonly string[] {
  return typeof ip === 'string' ? [ip] : ip.oneOf;
}
