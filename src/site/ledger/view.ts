/** What the ledger shows of one recorded probe: the terminal's rows, and what stood in the header at each. */
import type { Evidence } from '../../lab/evidence/schema.ts';
import { type Comparison, compare } from '../../trace/compare/compare.ts';
import type { Action, Grade, Hook, Hop, Place, Role, Rule } from '../../trace/hop.ts';
import { type LedgerRow, ledgerRows } from '../../trace/ledger.ts';
import { type Endpoint, formatEndpoint } from '../../trace/packet.ts';
import type { Trace } from '../../trace/trace.ts';
import { decidingRule } from '../../trace/what-happened.ts';
import { foldHops, rulesOfRow } from './fold.ts';
import type { RecordedProbe } from './probe.ts';

export interface LedgerView {
  readonly mode: string;
  /** Who asked: `client`, `worker`, or a pod's name. */
  readonly from: string;
  /** What was asked: `http://172.31.77.2:30080/hostname`. */
  readonly target: string;
  readonly rows: readonly ViewRow[];
  readonly request: Trace['end'];
  readonly reply: Trace['end'] | undefined;
  /** Against the prediction; undefined with a fault in place, which nothing predicts. */
  readonly comparison: Comparison | undefined;
  /** Of all hops, those that have no row of their own included. */
  readonly hops: number;
  readonly grades: Readonly<Record<Grade, number>>;
  /** What belongs to the probe, and to no hop: an ICMP redirect, a retransmit. */
  readonly notes: readonly string[];
}

export interface ViewRow extends LedgerRow {
  /** Id of the hop; `request.end`, `reply.end` in a row without one. */
  readonly id: string;
  readonly place: ViewPlace | undefined;
  readonly hook: Hook | undefined;
  readonly action: Action | undefined;
  /** What the field that changed was before. */
  readonly was: string | undefined;
  readonly header: readonly HeaderField[];
  readonly rules: readonly ViewRule[];
  /** Hops of the same place that have no row of their own: that it routes the packet. */
  readonly also: readonly { readonly hook: Hook; readonly what: string }[];
  /** Why the prediction has this hop. */
  readonly because: Hop['because'];
  /** Ids under which the evidence of this row stands in the file of raw lines. */
  readonly evidence: readonly string[];
}

export interface ViewPlace {
  readonly role: Role;
  /** As the page calls it: `client`, `worker`, or the pod's name. */
  readonly name: string;
}

export interface HeaderField {
  readonly name: 'protocol' | 'ttl' | 'in' | 'out' | 'via';
  readonly text: string;
  /** What it was at the row before. */
  readonly was?: string;
}

export interface ViewRule extends Rule {
  /** Whether this rule did what the row says. */
  readonly deciding: boolean;
}

export function ledgerView({ cell, traces, predicted }: RecordedProbe): LedgerView {
  const name = placeNames(cell);
  const hops = traces.flatMap((trace) => trace.hops);
  const rows = ledgerRows(traces, { name }).map((row) => ({ ...row, what: withNames(row.what, cell) }));
  const all = traces.flatMap((trace) => viewRows(trace, predicted, rows, name));
  const count = (grade: Grade) => hops.filter((hop) => hop.grade === grade).length;
  const [request, reply] = ['request', 'reply'].map((way) =>
    traces.find(({ direction }) => direction === way),
  );
  return {
    mode: cell.on.proxyMode,
    from: all[0]?.place?.name ?? traces[0]?.probe.from ?? '',
    target: traces[0]?.probe.target ?? '',
    rows: all,
    request: request?.end ?? { kind: 'no-path', text: '' },
    reply: reply?.end,
    comparison: predicted.length === 0 ? undefined : comparison(cell, predicted, traces),
    hops: hops.length,
    grades: { observed: count('observed'), inferred: count('inferred'), unobserved: count('unobserved') },
    notes: traces.flatMap((trace) => trace.notes.map(({ text }) => withNames(text, cell))),
  };
}

function comparison(cell: Evidence, predicted: readonly Trace[], traces: readonly Trace[]): Comparison {
  const { verdict, divergence } = compare(predicted, traces);
  if (divergence === undefined) return { verdict };
  return { verdict, divergence: { ...divergence, sentence: withNames(divergence.sentence, cell) } };
}

/** Nodes by their roles, as everywhere on the page. */
function placeNames({ facts }: Evidence): (place: Place) => string {
  const names = namesOf(facts);
  return ({ name }) => names.get(name) ?? name;
}

function namesOf({ client, nodes }: Evidence['facts']): Map<string, string> {
  return new Map([
    [client.name, 'client'],
    ...Object.entries(nodes).map(([role, node]): [string, string] => [node.name, role]),
  ]);
}

function withNames(text: string, { facts }: Evidence): string {
  const names = [...namesOf(facts)].sort(([one], [other]) => other.length - one.length);
  return names.reduce((said, [full, short]) => said.replaceAll(full, short), text);
}

function viewRows(
  trace: Trace,
  predicted: readonly Trace[],
  all: readonly LedgerRow[],
  name: (place: Place) => string,
): ViewRow[] {
  const rows = all.filter(({ direction }) => direction === trace.direction);
  const folded = foldHops(trace.hops, new Set(rows.map(({ hop }) => hop)));
  const foreseen = predicted.find(
    ({ direction, path }) => direction === trace.direction && path === trace.path,
  );
  let ttl: number | undefined;
  return rows.map((row): ViewRow => {
    const hop = trace.hops.find(({ id }) => id === row.hop);
    if (hop === undefined) return endRow(row);
    const also = folded.get(hop.id) ?? [];
    const before = ttl;
    ttl = (hop.after ?? hop.packet).ttl;
    return {
      ...row,
      id: hop.id,
      place: { role: hop.place.role, name: name(hop.place) },
      hook: hop.hook,
      action: hop.action,
      was: formerly(hop, row),
      header: headerOf(hop, before),
      rules: rulesOf(hop, rulesOfRow(hop, also, trace.hops)),
      also: also.map((other) => ({ hook: other.hook, what: routeOf(other) })),
      because: foreseen?.hops.find(({ id }) => id === hop.id)?.because,
      evidence: [...also, hop].filter(({ evidence }) => evidence.length > 0).map(({ id }) => id),
    };
  });
}

function endRow(row: LedgerRow): ViewRow {
  const nothing = {
    place: undefined,
    hook: undefined,
    action: undefined,
    was: undefined,
    because: undefined,
  };
  return { ...row, ...nothing, id: `${row.direction}.end`, header: [], rules: [], also: [], evidence: [] };
}

function routeOf({ in: from, out: to, via }: Hop): string {
  const way = [from, to].filter((one) => one !== undefined).join(' → ');
  return [`routed${way ? `, ${way}` : ''}`, via && `via ${via}`].filter(Boolean).join(' ');
}

function formerly(hop: Hop, { changed }: LedgerRow): string | undefined {
  if (changed === undefined || hop.after === undefined) return undefined;
  const endpoint: Endpoint = hop.packet[changed];
  return formatEndpoint(endpoint);
}

function headerOf(hop: Hop, ttlBefore: number | undefined): HeaderField[] {
  const { protocol, flags, icmp, ttl } = hop.after ?? hop.packet;
  const field = (name: HeaderField['name'], text: string | undefined, was?: string): HeaderField[] =>
    text === undefined ? [] : [{ name, text, ...(was === undefined || was === text ? {} : { was }) }];
  return [
    ...field(
      'protocol',
      [protocol.toUpperCase(), (icmp ?? flags ?? '').toUpperCase()].filter(Boolean).join(' '),
    ),
    ...field('ttl', ttl?.toString(), ttlBefore?.toString()),
    ...field('in', hop.in),
    ...field('out', hop.out),
    ...field('via', hop.via),
  ];
}

function rulesOf(hop: Hop, rules: readonly Rule[]): ViewRule[] {
  const changes = ['marked', 'dnat', 'snat', 'dropped', 'rejected'].includes(hop.action);
  const deciding = changes ? decidingRule(hop) : undefined;
  return rules.map((rule) => ({ ...rule, deciding: rule === deciding }));
}
