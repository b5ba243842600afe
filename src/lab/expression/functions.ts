/** What labs can call besides JSONata's own functions. */
import { BlockList, isIP } from 'node:net';
import type { Expression } from 'jsonata';
import { z } from 'zod';
import { evenChance } from './even-chance.ts';

/** Adds our functions to an expression. Each has a JSONata signature, so that wrong arguments are named. */
export function registerFunctions(expression: Expression): void {
  expression.registerFunction('inCidr', inCidr, '<ss:b>');
  expression.registerFunction('delta', delta, '<xxs:n>');
  expression.registerFunction('evenChance', evenChance, '<xn:n>');
  expression.registerFunction('subnetOf', subnetOf, '<sn:s>');
}

/** `$inCidr(ip, cidr)`: whether the address lies in the range. Nothing, like JSONata's own, for nothing. */
export function inCidr(ip: string | undefined, cidr: string | undefined): boolean | undefined {
  if (ip === undefined || cidr === undefined) return undefined;
  const [network = '', prefix = ''] = cidr.split('/');
  const family = isIP(network);
  if (family === 0 || !/^\d+$/.test(prefix)) throw new Error(`$inCidr: "${cidr}" is not a CIDR range`);
  if (isIP(ip) !== family) return false;
  const type = family === 4 ? 'ipv4' : 'ipv6';
  const range = new BlockList();
  range.addSubnet(network, Number(prefix), type);
  return range.check(ip, type);
}

/** `$subnetOf(ip, length)`: the IPv4 range of this prefix length that the address lies in, as routes name it. */
export function subnetOf(ip: string | undefined, length: number | undefined): string | undefined {
  if (ip === undefined || length === undefined) return undefined;
  if (isIP(ip) !== 4) throw new Error(`$subnetOf: "${ip}" is not an IPv4 address`);
  const bits = ip.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0);
  const size = 2 ** (32 - length);
  const network = bits - (bits % size);
  const octets = [24, 16, 8, 0].map((shift) => Math.floor(network / 2 ** shift) % 256);
  return `${octets.join('.')}/${length}`;
}

const rulesSchema = z.array(z.looseObject({ chain: z.string(), packets: z.number() }));
const countersSchema = z.union([
  rulesSchema,
  z.looseObject({ rules: rulesSchema }).transform((listing) => listing.rules),
]);

/**
 * `$delta(before, after, chain)`: by how many packets the rules of the chains that match rose between two
 * values of `parse: 'iptables-counters'` (or lists of its rules). `chain` is a regular expression over chain names.
 */
export function delta(before: unknown, after: unknown, chain: string): number {
  const pattern = new RegExp(chain);
  const packets = (name: string, value: unknown) => {
    const rules = countersSchema.safeParse(value);
    if (!rules.success) throw new Error(`$delta: "${name}" is not a list of rules with their counters`);
    return rules.data.filter((rule) => pattern.test(rule.chain)).reduce((sum, rule) => sum + rule.packets, 0);
  };
  return packets('after', after) - packets('before', before);
}
