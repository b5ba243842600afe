/** Nodes whose kube-proxy writes to the legacy tables: nft traces the packet there, but none of its rules. */
import { type IptablesRule, parseIptablesSave } from '../parse/iptables-save.ts';
import type { CapturedPlace, CaptureProblem } from './capture.ts';

/**
 * Says that rules of this place were not seen, and which of kube-proxy's counted a packet meanwhile. A counter does
 * not say whose packet it was: on a node with other traffic some of them may be somebody else's.
 */
export function legacyRules({ name, legacySave }: CapturedPlace): CaptureProblem[] {
  if (legacySave === undefined) return [];
  const lines = risen(legacySave.before, legacySave.after).map(({ raw }) => raw);
  const text = `${name} has its rules in iptables-legacy, which can't be traced: addresses and conntrack are observed, and ${lines.length} rules counted packets meanwhile`;
  return [{ kind: 'legacy-rules', harm: 'detail', place: name, text, lines }];
}

/** Rules of Service chains whose packet counter rose; a rule that is new has counted from 0. */
function risen(before: string, after: string): IptablesRule[] {
  const key = ({ table, text }: IptablesRule) => `${table} ${text}`;
  const counted = new Map(parseIptablesSave(before).rules.map((rule) => [key(rule), rule.packets ?? 0]));
  return parseIptablesSave(after).rules.filter(
    (rule) => rule.chain.startsWith('KUBE-') && (rule.packets ?? 0) > (counted.get(key(rule)) ?? 0),
  );
}
