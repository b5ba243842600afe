/** Makes what node.sh prints comparable: lines that are the same whenever the cluster is the same. Pure. */

import { withoutEmptyChains } from '../programmed.ts';

/** Lines by part, sorted: the order of rules of unrelated Services and of map elements is chance. */
export type Parts = Readonly<Record<string, readonly string[]>>;

/** @param ranges pod address ranges of the nodes: which address of them a system pod has is chance. */
export function partsOf(output: string, ranges: readonly string[]): Parts {
  const clean = cleaner(ranges);
  const parts: Record<string, string[]> = {};
  for (const block of withoutEmptyChains(output).split(/^### /m).slice(1)) {
    const [name = '', ...lines] = block.split('\n');
    const known = parts[name] ?? [];
    parts[name] = [...known, ...lines.flatMap((line) => readers[name]?.(line) ?? [line])];
  }
  return Object.fromEntries(
    Object.entries(parts).map(([name, lines]) => [name, lines.map(clean).filter(Boolean).sort()]),
  );
}

type Reader = (line: string) => string[];

const withoutCounters: Reader = (line) => (line.startsWith('#') ? [] : [line.replace(/\[\d+:\d+\]/g, '')]);

const readers: Readonly<Record<string, Reader>> = {
  rules: withoutCounters,
  'IPv6 rules': withoutCounters,
  // Elements of a map stand one or several in a line.
  'nftables rules': (line) =>
    line
      .replace(/counter packets \d+ bytes \d+/g, 'counter')
      .replace(/\belements = \{/, '')
      .split(/[{},]/)
      .map((part) => part.trim()),
  // Which of these the kernel counts, and what it draws by lot.
  sysctls: (line) => (/nf_conntrack_count|secret|fastopen_key/.test(line) ? [] : [line]),
  'stopped processes': (line) => (/^T/.test(line.trim()) ? [line.trim().replace(/^\S+\s+/, '')] : []),
};

/** Takes out the numbers that the kernel, the container runtime and the allocator of addresses give out. */
function cleaner(ranges: readonly string[]): (line: string) => string {
  const prefixes = ranges.flatMap((range) => /^(\d+\.\d+\.\d+\.)0\/24$/.exec(range)?.[1] ?? []);
  const podAddress = new RegExp(
    String.raw`\b(?:${prefixes.map((prefix) => prefix.replaceAll('.', String.raw`\.`)).join('|')})(?!0\b|1\b|255\b)\d{1,3}\b`,
    'g',
  );
  return (line) => {
    const text = line
      .replace(/\bKUBE-SEP-[A-Z2-7]{16}\b/g, 'KUBE-SEP-*')
      .replace(/\bendpoint-[A-Z2-7]{8}-/g, 'endpoint-*-')
      .replace(/\bveth\w+/g, 'veth*')
      .replace(/@if\d+/g, '@if*')
      .replace(/^\d+:\s+(?=\S+\s|\S+:)/, '')
      .replace(/\blink-netns(id)? \S+/g, '')
      .replace(/\b(expires \d+sec|refcnt \d+)/g, '')
      .replace(/\b(valid_lft|preferred_lft) \d+sec/g, '');
    const without = prefixes.length === 0 ? text : text.replace(podAddress, 'POD');
    // The addresses of a pod's link follow from its MAC address, which is drawn by lot.
    const drawn = /\bveth\*/.test(without)
      ? without.replace(/\b[0-9a-f]{2}(:[0-9a-f]{2}){5}\b/g, 'MAC').replace(/\bfe80::[0-9a-f:]+/g, 'fe80::*')
      : without;
    return drawn.replace(/\s+/g, ' ').trim();
  };
}
