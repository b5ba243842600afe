/** How likely counts are, when each connection was given one of some endpoints by chance alone. */

/** Below this a lab may say that chance alone does not explain what it saw: one false alarm in a million runs. */
export const rareChance = 1e-6;

/**
 * `$evenChance(counts, endpoints)`: an upper bound of the probability that a uniform random choice among `endpoints`
 * endpoints gives some endpoint a count at least as far from its share as the furthest here.
 *
 * Each endpoint's count is binomial; both tails count, and the smallest chance is multiplied by the number of endpoints
 * (Bonferroni), so that a check `atLeast: 1e-6` fails by chance in at most one of a million runs, however many
 * endpoints there are. An endpoint that never answered counts with 0.
 *
 * @param counts `{ name: count }`, a list of counts, or a list of the names that answered.
 * @throws Error where so few connections were made that not even one endpoint for all of them would be rare: the
 *   check could not fail.
 */
export function evenChance(counts: unknown, endpoints: number): number {
  const seen = countsOf(counts);
  if (!Number.isInteger(endpoints) || endpoints < 2) {
    throw new Error(`$evenChance: between ${endpoints} endpoints there is no choice`);
  }
  if (seen.length > endpoints) {
    throw new Error(`$evenChance: ${seen.length} endpoints have a count, but there are ${endpoints}`);
  }
  const total = seen.reduce((sum, count) => sum + count, 0);
  const all = [...seen, ...Array.from({ length: endpoints - seen.length }, () => 0)];
  const logs = logFactorials(total);
  const chance = (count: number) =>
    Math.min(1, endpoints * 2 * smallerTail(logs, total, count, 1 / endpoints));
  if (chance(total) > rareChance) {
    throw new Error(
      `$evenChance: ${total} connections are too few for ${endpoints} endpoints; were all of them on one, that could still be chance`,
    );
  }
  return Math.min(...all.map(chance));
}

function countsOf(counts: unknown): number[] {
  const list = Array.isArray(counts) ? counts : Object.values(counts ?? {});
  if (list.length > 0 && list.every((item) => typeof item === 'string')) {
    return [...Map.groupBy(list, (name) => name).values()].map((names) => names.length);
  }
  if (list.length > 0 && list.every((item) => Number.isInteger(item) && item >= 0)) return list as number[];
  throw new Error('$evenChance: expected counts, or the names that answered');
}

/** Natural logarithms of 0! to n!. */
function logFactorials(n: number): number[] {
  const logs = [0];
  for (let i = 1; i <= n; i++) logs.push((logs[i - 1] ?? 0) + Math.log(i));
  return logs;
}

/** P(X ≤ count) or P(X ≥ count), whichever is smaller, for X binomial. */
function smallerTail(logs: readonly number[], n: number, count: number, p: number): number {
  const log = (k: number) => logs[k] ?? Number.NaN;
  const mass = (k: number) =>
    Math.exp(log(n) - log(k) - log(n - k) + k * Math.log(p) + (n - k) * Math.log1p(-p));
  const sum = (from: number, to: number) => {
    let total = 0;
    for (let k = from; k <= to; k++) total += mass(k);
    return total;
  };
  return Math.min(sum(0, count), sum(count, n));
}
