/** What <Plot> draws: for each mode how a measured value grows, with its spread. All of it from evidence. */
import { contextAfter, evaluate } from '../../lab/expression.ts';
import { EvidenceError } from '../evidence/error.ts';
import type { RecordedLab } from '../evidence/lab.ts';
import { quantile } from './quantiles.ts';

export interface PlotPoint {
  readonly x: number;
  /** How many values were measured. One has no spread. */
  readonly count: number;
  readonly median: number;
  /** Nine of ten values are above `low`, and nine of ten below `high`. */
  readonly low: number;
  readonly high: number;
}

export interface Series {
  /** kube-proxy's mode. */
  readonly cell: string;
  readonly recordedAt: string;
  readonly points: readonly PlotPoint[];
}

export interface PlotSource {
  readonly x: number;
  /** JSONata: a number, or a list of them. */
  readonly of: string;
}

/** @throws EvidenceError where an expression gives no number in one of the cells. */
export function seriesOf(recorded: RecordedLab, sources: readonly PlotSource[]): Promise<Series[]> {
  return Promise.all(
    recorded.cells.map(async ({ on, recordedAt, facts, steps }) => ({
      cell: on.proxyMode,
      recordedAt,
      points: await Promise.all(
        sources.map(async ({ x, of }) =>
          pointOf(x, numbers(of, await evaluate(of, contextAfter(facts, steps)))),
        ),
      ),
    })),
  );
}

export function pointOf(x: number, values: readonly number[]): PlotPoint {
  return {
    x,
    count: values.length,
    median: quantile(values, 0.5),
    low: quantile(values, 0.1),
    high: quantile(values, 0.9),
  };
}

function numbers(expression: string, value: unknown): number[] {
  const list = [value].flat();
  if (list.length > 0 && list.every((one) => typeof one === 'number')) return list;
  throw new EvidenceError(`\`${expression}\` is no number and no list of numbers`);
}

/** Whole numbers as they were recorded, to the last digit; fractions with three digits, or without any from 100 on. */
export function numberFormat(lang: string | undefined): Intl.NumberFormat {
  return new Intl.NumberFormat(lang, {
    maximumSignificantDigits: 3,
    maximumFractionDigits: 0,
    roundingPriority: 'morePrecision',
  });
}

/** The end of an axis that starts at zero: 1, 2 or 5 times a power of ten, and above `largest`. */
export function axisEnd(largest: number): number {
  if (largest <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(largest));
  return ([1, 2, 5, 10].find((factor) => factor * power >= largest) ?? 10) * power;
}
