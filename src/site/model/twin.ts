/** One request in two modes: the hops that must be the same, and the rules that differ. */
import type { Evidence, Facts } from '../../lab/evidence/schema.ts';
import type { Hop } from '../../trace/hop.ts';
import { ledgerRows } from '../../trace/ledger.ts';
import type { Trace } from '../../trace/trace.ts';
import { EvidenceError } from '../evidence/error.ts';
import type { RecordedLab } from '../evidence/lab.ts';
import { highlight } from '../highlight/highlight.ts';
import { rolesOf } from '../highlight/roles.ts';
import { foldHops, rulesOfRow } from '../ledger/fold.ts';

export interface TwinHop {
  readonly id: string;
  readonly direction: Trace['direction'];
  /** `worker prerouting`, with names that both clusters have. */
  readonly where: string;
  readonly action: Hop['action'];
  /** What the header says as the packet leaves: whose address, not which. */
  readonly source: string;
  readonly destination: string;
  /** One a mode, in the order of the matrix: the rules that the packet met there. */
  readonly rules: readonly { readonly cell: string; readonly html: readonly string[] }[];
}

/** @throws EvidenceError when the packet took two ways, or was rewritten to two parts of the cluster. */
export async function twinHops({ cells }: RecordedLab, step: string): Promise<TwinHop[]> {
  const ways = cells.map((cell) => ({ cell, hops: hopsOf(cell, step) }));
  const [first, ...others] = ways;
  if (first === undefined) return [];
  for (const other of others) {
    const difference = firstDifference(first.hops, other.hops);
    if (difference === undefined) continue;
    throw new EvidenceError(
      `the trace ${step} is not the same in ${first.cell.cell} and ${other.cell.cell}: ${difference}`,
    );
  }
  return Promise.all(
    first.hops.map(async ({ rules: _, ...hop }, at) => ({
      ...hop,
      rules: await Promise.all(
        ways.map(async ({ cell, hops }) => ({
          cell: cell.on.proxyMode,
          html: await Promise.all((hops[at]?.rules ?? []).map((rule) => asHtml(cell, rule))),
        })),
      ),
    })),
  );
}

type WayHop = Omit<TwinHop, 'rules'> & { readonly rules: Hop['rules'] };

/** The hops that the ledger shows, with names and addresses by role. */
export function hopsOf({ facts, traces }: Pick<Evidence, 'facts' | 'traces'>, step: string): WayHop[] {
  const recorded = traces[step] ?? [];
  const hops = new Map(recorded.flatMap((trace) => trace.hops).map((hop) => [hop.id, hop]));
  const rows = ledgerRows(recorded, { name: (place) => placeName(facts, place.name) });
  const shown = new Set(rows.map(({ hop }) => hop));
  const rules = new Map(
    recorded.flatMap((trace) => {
      const folded = foldHops(trace.hops, shown);
      return trace.hops.map(
        (hop) => [hop.id, rulesOfRow(hop, folded.get(hop.id) ?? [], trace.hops)] as const,
      );
    }),
  );
  return rows.flatMap((row) => {
    const hop = row.hop === undefined ? undefined : hops.get(row.hop);
    if (hop === undefined) return [];
    const { source, destination } = hop.after ?? hop.packet;
    return [
      {
        id: hop.id,
        direction: row.direction,
        where: row.where,
        action: hop.action,
        source: owner(facts, source.ip),
        destination: owner(facts, destination.ip),
        rules: rules.get(hop.id) ?? [],
      },
    ];
  });
}

/** In words; undefined when both are one way. */
export function firstDifference(one: readonly WayHop[], other: readonly WayHop[]): string | undefined {
  const told = ({ id, where, source, destination }: WayHop) =>
    `${id} at ${where}, ${source} to ${destination}`;
  for (const at of Array.from({ length: Math.max(one.length, other.length) }).keys()) {
    const [a, b] = [one[at], other[at]].map((hop) => (hop === undefined ? 'nothing' : told(hop)));
    if (a !== b) return `hop ${at + 1} is ${a} in one, and ${b} in the other`;
  }
  return undefined;
}

function placeName({ nodes, pods, client }: Facts, name: string): string {
  if (name === client.name) return 'client';
  const node = Object.entries(nodes).find(([, one]) => one.name === name)?.[0];
  return node ?? pods.find((pod) => pod.name === name)?.app ?? name;
}

/** Whose address it is. */
function owner(facts: Facts, ip: Hop['packet']['source']['ip']): string {
  if (typeof ip !== 'string') return ip.oneOf.join(' or ');
  if (ip === facts.client.ip) return 'client';
  for (const [role, node] of Object.entries(facts.nodes)) {
    if (node.ip === ip) return role;
    if (node.podSideIp === ip) return `${role}, pod side`;
  }
  const pod = facts.pods.find((one) => one.ip === ip);
  if (pod !== undefined) return `pod ${pod.app}`;
  const service = Object.entries(facts.services).find(([, one]) => one.clusterIP === ip)?.[0];
  return service === undefined ? ip : `Service ${service}`;
}

function asHtml({ facts }: Evidence, { table, chain, text }: Hop['rules'][number]): Promise<string> {
  const iptables = text.startsWith('-A ');
  // The name of the chain is in the rule already where iptables wrote it.
  return highlight(
    iptables ? text : `${chain}: ${text}`,
    table.endsWith('kube-proxy') ? 'nft' : 'iptables',
    rolesOf(facts),
  );
}
