/** Where a share of the values lies below. */

/**
 * Linear between the two neighbours (type 7 of Hyndman and Fan, which R and NumPy take).
 *
 * @param share 0 is the smallest value, 0.5 the median, 1 the largest.
 */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (sorted.length - 1) * share;
  const low = sorted[Math.floor(at)] ?? Number.NaN;
  const high = sorted[Math.ceil(at)] ?? Number.NaN;
  return low + (high - low) * (at - Math.floor(at));
}
