/** Which rules a connection went through: those whose counters rose, from chain to chain. */
import { type IptablesRule, parseIptablesSave } from '../../trace/parse/iptables-save.ts';
import { EvidenceError } from '../evidence/error.ts';
import { findCommand, findStep } from '../evidence/find.ts';
import type { RecordedLab } from '../evidence/lab.ts';
import { highlight } from '../highlight/highlight.ts';
import { rolesOf } from '../highlight/roles.ts';

export interface RisingRule {
  readonly before: number;
  readonly after: number;
  /** The rule as iptables-save printed it, without the counter. */
  readonly html: string;
}

export interface RiseReference {
  readonly before: string;
  readonly after: string;
  readonly from: string;
}

/** @throws EvidenceError when no rule rose: the chapter would show nothing. */
export async function risingRules(recorded: RecordedLab, reference: RiseReference): Promise<RisingRule[]> {
  const [after] = findStep(recorded, reference.after);
  const [before] = findStep(recorded, reference.before, after?.cell.cell);
  if (after === undefined || before === undefined) return [];
  const old = parseIptablesSave(findCommand(before, 1).out).rules;
  const rose = parseIptablesSave(findCommand(after, 1).out).rules.flatMap((rule) => {
    const count = old.find((one) => one.text === rule.text)?.packets ?? 0;
    return (rule.packets ?? 0) > count ? [{ rule, before: count, after: rule.packets ?? 0 }] : [];
  });
  const path = reference.from.split(' ').flatMap((hook) => along(hook, rose));
  if (path.length === 0)
    throw new EvidenceError(`no rule rose between ${reference.before} and ${reference.after}`);
  const roles = rolesOf(after.cell.facts);
  return Promise.all(
    path.map(async (one) => ({
      before: one.before,
      after: one.after,
      html: await highlight(one.rule.text, 'iptables', roles),
    })),
  );
}

interface Rose {
  readonly rule: IptablesRule;
  readonly before: number;
  readonly after: number;
}

/** Follows the jumps from a chain; a chain that was jumped to comes right after its jump. */
function along(chain: string, rose: readonly Rose[]): Rose[] {
  return rose
    .filter(({ rule }) => rule.chain === chain)
    .flatMap((one) => [one, ...(one.rule.target === undefined ? [] : along(one.rule.target, rose))]);
}
