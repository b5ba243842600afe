/** Which of the packets that the probe sent is its request: the first, unless only a repeat got through. */
import { type Ending, endOfRequest } from './ends.ts';
import { follow, isProbe, type Way } from './join.ts';
import type { Seen } from './passages.ts';
import type { Watch } from './watch.ts';

export interface Attempt {
  readonly way: Way;
  readonly ending: Ending;
}

/**
 * @param taken gets the packets of the chosen attempt. Those of the others stay free: they become notes.
 * @returns undefined when nothing of the probe was seen where it was sent, or anywhere else.
 */
export function requestOf(watch: Watch, taken: Set<Seen>): Attempt | undefined {
  const used = new Set<Seen>();
  const starts = watch.all.filter((seen) => isProbe(seen, watch.capture, 'origin'));
  // Blind at the origin: what came to the first node is still worth telling.
  const elsewhere =
    starts.length > 0 ? [] : watch.all.filter((seen) => isProbe(seen, watch.capture, 'anywhere')).slice(0, 1);
  const attempts = [...starts, ...elsewhere].map((start): Attempt => {
    const way = follow(start, watch.all, used);
    return { way, ending: endOfRequest(way, watch) };
  });
  const best =
    attempts.find(({ ending }) => ending.answer) ??
    attempts.find(({ ending }) => !ending.vanished) ??
    attempts[0];
  for (const seen of best?.way ?? []) taken.add(seen);
  return best;
}
