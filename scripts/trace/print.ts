/** What a trace or a prediction prints. */
import type { TracedProbe } from '../../src/cluster/trace-probe.ts';
import { wrap } from '../../src/lab/report/format.ts';
import { formatLedger } from '../../src/trace/format-ledger.ts';
import type { Place } from '../../src/trace/hop.ts';
import { ledgerRows } from '../../src/trace/ledger.ts';
import {
  type Trace,
  type TraceReport,
  traceReportSchema,
  traceSchemaVersion,
} from '../../src/trace/trace.ts';

export interface PrintOptions {
  /** Node names are shown without the cluster's name. */
  readonly cluster: string;
  readonly wide: boolean;
  readonly color: boolean;
}

export function reportOf({ predicted, observed, comparison }: TracedProbe): TraceReport {
  return traceReportSchema.parse({
    schema: traceSchemaVersion,
    predicted,
    observed,
    verdict: comparison.verdict,
    ...(comparison.divergence === undefined ? {} : { divergence: comparison.divergence }),
  });
}

/** One path: its heading, and the ledger of its request and reply. */
export function formatPath(traces: readonly Trace[], { cluster, wide, color }: PrintOptions): string {
  const [request] = traces;
  if (request === undefined) return '';
  const { probe, proxyMode, path } = request;
  // Outside of the cluster there is one place only.
  const name = (place: Place) =>
    (place.role === 'client' ? 'client' : place.name)
      .split('|')
      .map((one) => one.replace(`${cluster}-`, ''))
      .join('|');
  const columns = columnsOf(wide);
  return [
    ...formatHeading(`${probe.from} → ${probe.target}`, `${probe.protocol}  ${proxyMode}  ${path}`, columns),
    '',
    formatLedger(ledgerRows(traces, { name }), { columns, color }),
  ].join('\n');
}

const columnsOf = (wide: boolean): number =>
  wide ? 240 : Math.max(60, Math.min(100, process.stdout.columns ?? 100));

/** In one line, or what it is in a second one; only a URL that is longer than the line goes beyond it. */
function formatHeading(asked: string, what: string, columns: number): string[] {
  const line = `${asked}  ${what}`;
  if (line.length <= columns) return [line];
  const halves = asked.length <= columns ? [asked] : asked.split(/ (?=→)/);
  return [...halves, what].map((text, index) => (index === 0 ? text : `  ${text}`));
}

/** Each pair of request and reply once; what was seen again is only counted. */
export function formatPaths(traces: readonly Trace[], options: PrintOptions): string {
  const pairs = traces
    .filter(({ direction }) => direction === 'request')
    .map((request) => {
      const next = traces[traces.indexOf(request) + 1];
      return next?.direction === 'reply' ? [request, next] : [request];
    });
  const byShape = Map.groupBy(pairs, (pair) =>
    pair.map(({ hops }) => hops.map(({ id }) => id).join(' ')).join(' / '),
  );
  return [...byShape.values()]
    .map((same) => {
      const times = same.length > 1 ? `\n  … and ${same.length - 1} more like it` : '';
      return `${formatPath(same[0] ?? [], options)}${times}`;
    })
    .join('\n\n');
}

/** ` matches the prediction · 11 of 11 hops observed · 14 rules · 1 conntrack entry`. */
export function formatVerdict(
  { observed, comparison, problems }: TracedProbe,
  { wide }: Pick<PrintOptions, 'wide'>,
): string {
  const hops = observed.flatMap((trace) => trace.hops);
  const seen = hops.filter(({ grade }) => grade === 'observed').length;
  const rules = hops.reduce((sum, hop) => sum + hop.rules.length, 0);
  const verdict =
    comparison.verdict === 'equal'
      ? 'matches the prediction'
      : `diverged: ${comparison.divergence?.sentence}`;
  return [
    `${verdict} · ${seen} of ${hops.length} hops observed · ${rules} rules`,
    ...problems.map(({ text, harm }) => `${harm === 'incomplete' ? 'incomplete' : 'note'}: ${text}`),
  ]
    .flatMap((text) =>
      wrap(text, columnsOf(wide) - 3).map((line, index) => `${index === 0 ? ' ' : '   '}${line}`),
    )
    .join('\n');
}
