/** What two fingerprints of one cluster do not have in common. Pure. */
import type { Parts } from './lines.ts';

/** Parts by place: a node by its role, `client`, `API`. */
export type Fingerprint = Readonly<Record<string, Parts>>;

/**
 * @returns one line a difference: `worker, routes: + 192.0.2.0/24 dev eth0`. `-` is gone, `+` is new. Nothing when
 *   the cluster is as it was.
 */
export function fingerprintDifferences(before: Fingerprint, after: Fingerprint): string[] {
  return places(before, after).flatMap((place) => {
    const [old = {}, now = {}] = [before[place], after[place]];
    return places(old, now).flatMap((part) => {
      const [gone, added] = [minus(old[part], now[part]), minus(now[part], old[part])];
      return [...gone.map((line) => `- ${line}`), ...added.map((line) => `+ ${line}`)].map(
        (line) => `${place}, ${part}: ${line}`,
      );
    });
  });
}

const places = (a: object, b: object) => [...new Set([...Object.keys(a), ...Object.keys(b)])];

/** Lines that one list has more often than the other. */
function minus(lines: readonly string[] = [], others: readonly string[] = []): string[] {
  const left = Map.groupBy(others, (line) => line);
  return lines.filter((line) => left.get(line)?.pop() === undefined);
}
