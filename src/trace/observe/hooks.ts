/** At which netfilter hook a chain of a trace line is. nft does not print it. */
import { type Hook, hookSchema } from '../hop.ts';
import type { NftRuleset } from '../parse/nft-ruleset.ts';
import type { PacketLine } from './passages.ts';

/** The hook of a packet line, given the hook of the packet's line before it. */
export type HookOf = (line: PacketLine, before: Hook | undefined) => Hook;

/**
 * The listing knows best. Without it the name says it: the tracer's own chains (`pre_ct`, `out_raw`,
 * `end_input`), iptables' (`PREROUTING`), kube-proxy's and others that have the hook in their name
 * (`filter-output-pre-dnat`). Else the interfaces decide: only an incoming one before routing, both after it.
 */
export function hooksOf(tracer: string, ruleset: NftRuleset | undefined): HookOf {
  const listed = new Map<string, Hook>();
  for (const { family, table, name, base } of ruleset?.chains ?? []) {
    const hook = hookSchema.safeParse(base?.hook);
    if (hook.success) listed.set(`${family} ${table} ${name}`, hook.data);
  }
  return ({ family, table, chain, seen }, before) =>
    listed.get(`${family} ${table} ${chain}`) ??
    (table === tracer ? tracerHook(chain) : undefined) ??
    hookInName(chain) ??
    hookByInterfaces(seen, before);
}

function tracerHook(chain: string): Hook | undefined {
  if (chain.startsWith('pre_')) return 'prerouting';
  if (chain.startsWith('out_')) return 'output';
  const end = hookSchema.safeParse(/^end_(\w+)$/.exec(chain)?.[1]);
  return end.success ? end.data : undefined;
}

function hookInName(chain: string): Hook | undefined {
  const word = /prerouting|postrouting|forward|output|input/i.exec(chain)?.[0]?.toLowerCase();
  const hook = hookSchema.safeParse(word);
  return hook.success ? hook.data : undefined;
}

function hookByInterfaces({ iif, oif }: PacketLine['seen'], before: Hook | undefined): Hook {
  if (iif !== undefined && oif !== undefined) return before === 'postrouting' ? 'postrouting' : 'forward';
  if (oif !== undefined) return before ?? 'output';
  return before ?? 'prerouting';
}
