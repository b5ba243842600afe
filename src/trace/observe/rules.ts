/** From a handle in a trace line to a rule in words that a person knows from the node's own tools. */
import type { Rule } from '../hop.ts';
import { type IptablesRule, parseIptablesSave } from '../parse/iptables-save.ts';
import { type NftRule, type NftRuleset, parseNftRuleset } from '../parse/nft-ruleset.ts';
import type { NftTraceLine } from '../parse/nft-trace.ts';
import type { CapturedPlace, CaptureProblem } from './capture.ts';

type RuleLine = Extract<NftTraceLine, { kind: 'rule' }>;

export interface Listings {
  readonly ruleset: NftRuleset | undefined;
  /** The rule that a trace line speaks of. */
  readonly rule: (line: RuleLine) => Rule;
  /** What nft knows of the rule by its handle. */
  readonly listed: (line: RuleLine) => NftRule | undefined;
  readonly problems: readonly CaptureProblem[];
}

/**
 * Joins the two listings of a place. iptables-nft stores a comment where nft does not print it, but both list
 * the rules of a chain in the same order: handle → position in the chain (nft) → line (iptables-save).
 */
export function readListings(place: CapturedPlace): Listings {
  const ruleset = place.nftRuleset === undefined ? undefined : parseNftRuleset(place.nftRuleset);
  const byHandle = new Map<string, NftRule>();
  const counts = new Map<string, number>();
  for (const rule of ruleset?.rules ?? []) {
    byHandle.set(`${rule.family} ${rule.table} ${rule.handle}`, rule);
    const chain = `${rule.family} ${rule.table} ${rule.chain}`;
    counts.set(chain, (counts.get(chain) ?? 0) + 1);
  }
  const saved = new Map([...byChain('ip', place.iptablesSave), ...byChain('ip6', place.ip6tablesSave)]);
  const problems: CaptureProblem[] = [];
  for (const [chain, rules] of saved) {
    const count = counts.get(chain);
    const listed = ruleset?.tables.some(({ family, name }) => chain.startsWith(`${family} ${name} `));
    if (listed && count !== rules.length) {
      saved.delete(chain);
      problems.push({
        kind: 'listing-mismatch',
        harm: 'detail',
        place: place.name,
        text: `chain ${chain} has ${rules.length} rules in iptables-save and ${count ?? 0} in nft: kube-proxy changed it between the two listings`,
        lines: rules.map(({ raw }) => raw),
      });
    }
  }

  const listed = ({ family, table, chain, handle }: RuleLine): NftRule | undefined => {
    const rule = byHandle.get(`${family} ${table} ${handle}`);
    return rule?.chain === chain ? rule : undefined;
  };
  const rule = (line: RuleLine): Rule => {
    const known = listed(line);
    const inSave = known && saved.get(`${line.family} ${line.table} ${line.chain}`)?.[known.index];
    return {
      table: `${line.family} ${line.table}`,
      chain: line.chain,
      handle: line.handle,
      text:
        inSave?.text ?? tidy(line.text ?? known?.text ?? `rule handle ${line.handle} (not in any listing)`),
      verdict: line.verdict,
    };
  };
  return { ruleset, rule, listed, problems };
}

function byChain(family: 'ip' | 'ip6', save: string | undefined): Map<string, IptablesRule[]> {
  const chains = new Map<string, IptablesRule[]>();
  for (const rule of save === undefined ? [] : parseIptablesSave(save).rules) {
    const key = `${family} ${rule.table} ${rule.chain}`;
    const rules = chains.get(key) ?? [];
    chains.set(key, rules);
    rules.push(rule);
  }
  return chains;
}

/** A counter in a trace line is the value of when the monitor started: it says nothing about this packet. */
function tidy(text: string): string {
  return text
    .replace(/\bcounter packets \d+ bytes \d+ ?/, '')
    .replace(/ {2,}/g, ' ')
    .trim();
}

/**
 * Whether the rule sets the masquerade mark (`mark or 0x4000`, `mark | 0x00004000`). The rule that takes it away
 * again says `xor` or `^`.
 */
export function marksForMasquerade(text: string): boolean {
  return (
    /\bmeta mark set (?:meta )?mark (?:or|\|) 0x[0-9a-f]+\b/.test(text) ||
    /--set-xmark (0x[0-9a-f]+)\/\1\b/.test(text)
  );
}
