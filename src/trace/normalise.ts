/**
 * Replaces what differs from run to run (names, addresses, ports, ids, times) by what it stands for, so that
 * the output of two runs of a lab can be compared.
 */

/** One kind of thing to replace: what it looks like, and what is written instead. */
interface Pattern {
  readonly name: string;
  readonly source: string;
  readonly replace: (found: string) => string;
}

/**
 * Makes a function that rewrites text. All replacements happen in one pass, so that nothing that was written
 * is read again. In this order, the first that fits wins at each place of the text:
 *
 * 1. literals of the dictionary, longest first, only as whole words: `10.244.1.2` is not found in
 *    `10.244.1.25`, and `web` not in `web-local`;
 * 2. hashes in chain names, numbered by first appearance: `KUBE-SEP-PXJ2…` becomes `KUBE-SEP-1`, the next
 *    `KUBE-SEP-2`; nftables' `service-PFISGYVC-shop/cart/tcp/` becomes `service-1-shop/cart/tcp/`;
 * 3. times, uids, MAC addresses, veth and pod name suffixes, ids, addresses that the dictionary lacks, ports;
 * 4. every other number that is not in `keepNumbers`: `<n>`. Hexadecimal numbers (`0x4000`) count by value.
 *
 * @param dictionary from a literal to the token of its role: `172.31.77.3` → `<worker.ip>`.
 * @param keepNumbers numbers that are part of the claim: ports of the lab, status codes, prefix lengths.
 * @returns a function with a memory for chain hashes: the same hash gets the same number in every text that
 *   goes through it. Use one normaliser a run, in the order of the steps.
 */
export function normaliser(
  dictionary: ReadonlyMap<string, string>,
  keepNumbers: ReadonlySet<number>,
): (text: string) => string {
  const hashes = new Map<string, Map<string, number>>();
  const numbered = (family: string, hash: string): number => {
    const ofFamily = hashes.get(family) ?? new Map<string, number>();
    hashes.set(family, ofFamily);
    const number = ofFamily.get(hash) ?? ofFamily.size + 1;
    ofFamily.set(hash, number);
    return number;
  };
  const unlessKept = (token: string) => (found: string) => (keepNumbers.has(Number(found)) ? found : token);

  const patterns: Pattern[] = [
    ...literals(dictionary),
    {
      name: 'chain',
      source: String.raw`\bKUBE-(?:SVC|SEP|EXT|SVL|FW|XLB)-[A-Z2-7]{16}\b`,
      replace: (found) => `${found.slice(0, -16)}${numbered(found.slice(0, -17), found.slice(-16))}`,
    },
    {
      // pkg/proxy/nftables/proxier.go: hashAndTruncate, 8 characters of base32 after the kind of chain.
      name: 'nftchain',
      source: String.raw`(?<=\b(?:service|external|local|endpoint|affinity|cluster|firewall)-)[A-Z2-7]{8}(?=-)`,
      replace: (found) => String(numbered('nftables', found)),
    },
    ...fixed,
    { name: 'port', source: ports, replace: unlessKept('<port>') },
    { name: 'id', source: ids, replace: unlessKept('<id>') },
    { name: 'hex', source: String.raw`\b0x[0-9a-fA-F]+\b`, replace: unlessKept('<n>') },
    { name: 'number', source: String.raw`(?<![\w.])-?\d+(?:\.\d+)?(?!\w|\.\d)`, replace: unlessKept('<n>') },
  ];
  const everything = new RegExp(
    patterns.map(({ name, source }, index) => `(?<${name}${index}>${source})`).join('|'),
    'g',
  );

  return (text) =>
    text.replace(everything, (...match: unknown[]) => {
      const groups = match.at(-1) as Record<string, string | undefined>;
      const found = match[0] as string;
      const index = patterns.findIndex(({ name }, at) => groups[`${name}${at}`] !== undefined);
      return patterns[index]?.replace(found) ?? found;
    });
}

/** A port after an address, or after the word that conntrack, nft and iptables put before it. */
const ports = String.raw`(?<=(?:(?:\d{1,3}\.){3}\d{1,3}|\]):)\d{1,5}\b(?!\.\d)|(?<=\b(?:sport|dport|port|proto-src|proto-dst)[= ])\d{1,5}\b`;

const ids = String.raw`(?<=\btrace id )[0-9a-f]{8}\b|(?<=\b(?:use|id)=)\d+\b|(?<=\bip id )\d+\b|\b[0-9a-f]{64}\b`;

const fixed: readonly Pattern[] = [
  {
    name: 'time',
    source: [
      String.raw`\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?`,
      String.raw`\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? (?:\d\d? )?[A-Z][a-z]{2} [ \d:]+\d{4}\b`,
      String.raw`(?<=\[)\d{9,}\.\d+(?=\s*\])`,
      String.raw`(?<![\w.:])\d\d:\d\d:\d\d(?:\.\d+)?(?![\w:])`,
      // Ages and durations: `5m32s`, `1.7ms`.
      String.raw`(?<![\w.])(?:\d+(?:\.\d+)?(?:ms|us|µs|ns|d|h|m|s))+(?![\w.])`,
    ].join('|'),
    replace: () => '<time>',
  },
  {
    name: 'uid',
    source: String.raw`\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b`,
    replace: () => '<uid>',
  },
  {
    name: 'mac',
    source: String.raw`(?<![\w:])[0-9a-f]{2}(?::[0-9a-f]{2}){5}(?![\w:])`,
    replace: () => '<mac>',
  },
  { name: 'veth', source: String.raw`\bveth[0-9a-f]{6,8}\b`, replace: () => '<veth>' },
  {
    // k8s.io/apimachinery/pkg/util/rand: a ReplicaSet's hash is digits written with 10 of 27 letters, a pod's
    // suffix is 5 of the 27.
    name: 'pod',
    source: String.raw`(?<=[a-z0-9]-)[4-9bcdf]{8,10}-[bcdfghjklmnpqrstvwxz2456789]{5}\b(?!-)`,
    replace: () => '<pod>',
  },
  {
    name: 'ip',
    source: String.raw`(?<![A-Za-z0-9.])(?:\d{1,3}\.){3}\d{1,3}(?!\.\d|\w)`,
    replace: () => '<ip>',
  },
  {
    name: 'ip6',
    source: String.raw`(?<![\w:.])(?:[0-9a-f]{1,4}:){2,7}(?::?[0-9a-f]{1,4})?(?::[0-9a-f]{1,4})*(?![\w:])|(?<![\w:.])[0-9a-f]{1,4}::(?:[0-9a-f]{1,4}(?::[0-9a-f]{1,4})*)?(?![\w:])`,
    replace: () => '<ip>',
  },
  // A protocol version and a prefix length say the same in every run.
  {
    name: 'version',
    source: String.raw`\bHTTP\/\d(?:\.\d)?\b|(?<=[\da-f:>]\/)\d{1,3}\b(?![.\w/])`,
    replace: (found) => found,
  },
];

function literals(dictionary: ReadonlyMap<string, string>): Pattern[] {
  return [...dictionary]
    .filter(([literal]) => literal !== '')
    .sort(([a], [b]) => b.length - a.length)
    .map(([literal, token]) => ({ name: 'literal', source: whole(literal), replace: () => token }));
}

/**
 * A literal as a whole word. What continues a word depends on what it is: a name goes on with a hyphen
 * (`web-local`), an address does not (`10.0.0.1-10.0.0.9`) but goes on with a dot or colon and a digit.
 */
function whole(literal: string): string {
  const escaped = literal.replace(/[.*+?^${}()|[\]\\/]/g, String.raw`\$&`);
  if (/^[\d.]+(\/\d+)?$/.test(literal)) return `(?<![A-Za-z0-9.])${escaped}(?!\\.?[A-Za-z0-9])`;
  if (/^[\da-f:]*::?[\da-f:]*(\/\d+)?$/i.test(literal)) return `(?<![\\w:.])${escaped}(?![\\w:])`;
  const starts = /^\w/.test(literal) ? String.raw`(?<![\w-])` : '';
  const ends = /\w$/.test(literal) ? String.raw`(?![\w-])` : '';
  return `${starts}${escaped}${ends}`;
}
