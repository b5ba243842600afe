/** Holds what was observed against what was predicted: structure and addresses, not names of rules. */
import type { Hop } from '../hop.ts';
import { mergeHops } from '../predict/merge.ts';
import type { Divergence, Trace } from '../trace.ts';
import { mismatch } from './match.ts';
import { differentEnd, differentPacket, extraHop, missingHop } from './sentence.ts';

export interface Comparison {
  readonly verdict: 'equal' | 'diverged';
  /** There is one exactly when the verdict is `diverged`. */
  readonly divergence?: Divergence;
}

/** Request and reply of one path. A capture that saw no reply has none. */
interface Pair {
  readonly request: Trace;
  readonly reply: Trace | undefined;
}

/** A difference, and how many hops and ends agreed before it. */
interface Difference {
  readonly agreed: number;
  /** Id of the hop. */
  readonly hop: string;
  /** The predicted hop that the sentence is about, if it is about one. */
  readonly predicted?: Hop;
  readonly tell: (predicted: Hop | undefined) => string;
}

/**
 * Equal when every observed pair of request and reply is one of the predicted paths: the same hops by id in
 * the same order, each address and port among those that were predicted, the same ends. A predicted path that
 * was not taken is no difference, because the choice is random.
 *
 * Otherwise the first difference, against the predicted path that agrees longest.
 *
 * @param predicted as `predict` gives them; request and reply go together by `path`.
 * @param observed one pair, or one a probe; the nth request of a path goes with its nth reply.
 */
export function compare(predicted: readonly Trace[], observed: readonly Trace[]): Comparison {
  const paths = pairsOf(predicted);
  const seen = pairsOf(observed);
  if (seen.length === 0) return diverged('none', 'a path was predicted; nothing of the probe was observed');
  if (paths.length === 0) return diverged(firstHop(seen), 'nothing was predicted; a packet was observed');
  for (const pair of seen) {
    const differences = paths.map((path) => differenceOf(path, pair));
    if (differences.includes(undefined)) continue;
    return { verdict: 'diverged', divergence: closest(differences as Difference[]) };
  }
  return { verdict: 'equal' };
}

/** Paths that agree equally long differ in what they predict for the same hop: the sentence has all of it. */
function closest(differences: readonly Difference[]): Divergence {
  const most = Math.max(...differences.map(({ agreed }) => agreed));
  const [first, ...rest] = differences.filter(({ agreed }) => agreed === most) as [
    Difference,
    ...Difference[],
  ];
  const same = [
    first,
    ...rest.filter(({ hop, predicted }) => hop === first.hop && predicted?.id === first.predicted?.id),
  ];
  const hops = same.flatMap(({ predicted }) => predicted ?? []);
  return { hop: first.hop, sentence: first.tell(hops.length === 0 ? undefined : mergeHops(hops)) };
}

function diverged(hop: string, sentence: string): Comparison {
  return { verdict: 'diverged', divergence: { hop, sentence } };
}

function firstHop([pair]: readonly Pair[]): string {
  return pair?.request.hops[0]?.id ?? 'none';
}

function pairsOf(traces: readonly Trace[]): Pair[] {
  const replies = Map.groupBy(
    traces.filter(({ direction }) => direction === 'reply'),
    ({ path }) => path,
  );
  const requests = traces.filter(({ direction }) => direction === 'request');
  return requests.map((request) => ({ request, reply: replies.get(request.path)?.shift() }));
}

function differenceOf(predicted: Pair, observed: Pair): Difference | undefined {
  if (isGivenUp(predicted.request, observed)) return undefined;
  const request = differenceOfTraces(predicted.request, observed.request);
  if (request !== undefined) return request;
  const agreed = predicted.request.hops.length + 1;
  if (predicted.reply === undefined) return undefined;
  // Whether somebody outside the cluster answers is not predicted; the way that an answer takes is.
  if (isOutside(predicted.request) && observed.request.end.kind !== 'delivered') return undefined;
  if (observed.reply === undefined) {
    if (predicted.reply.end.kind === 'unanswered') return undefined;
    const hop = predicted.reply.hops[0]?.id ?? 'none';
    const { text } = predicted.reply.end;
    return { agreed, hop, tell: () => `predicted an answer (${text}); none was observed` };
  }
  const reply = differenceOfTraces(predicted.reply, observed.reply);
  return reply && { ...reply, agreed: agreed + reply.agreed };
}

function differenceOfTraces(predicted: Trace, observed: Trace): Difference | undefined {
  for (const [agreed, hop] of predicted.hops.entries()) {
    const seen = observed.hops[agreed];
    if (seen?.id !== hop.id) {
      const about = ruleHop(predicted.hops, agreed, seen);
      return {
        agreed,
        hop: hop.id,
        predicted: about,
        tell: (one) => missingHop(one ?? about, seen, observed),
      };
    }
    const difference = mismatch(hop, seen);
    if (difference !== undefined) {
      return {
        agreed,
        hop: hop.id,
        predicted: hop,
        tell: (one) => differentPacket(one ?? hop, seen, difference),
      };
    }
  }
  const agreed = predicted.hops.length;
  const extra = observed.hops[agreed];
  if (extra !== undefined) return { agreed, hop: extra.id, tell: () => extraHop(extra, predicted) };
  if (predicted.end.kind === observed.end.kind || isOutside(predicted)) return undefined;
  return { agreed, hop: predicted.hops.at(-1)?.id ?? 'none', tell: () => differentEnd(predicted, observed) };
}

/** A mark is there for the sake of the DNAT that follows: where both are missing, the DNAT is what to tell. */
function ruleHop(hops: readonly Hop[], at: number, seen: Hop | undefined): Hop {
  const hop = hops[at] as Hop;
  const next = hops[at + 1];
  return hop.action === 'marked' && next?.action === 'dnat' && seen?.action !== 'dnat' ? next : hop;
}

/**
 * It left as predicted, for an address that nobody has: the last place asked its link in vain, and said so itself
 * (ICMP host unreachable, which no REJECT of kube-proxy sends). Whether it does so in time is a matter of chance.
 */
function isGivenUp(predicted: Trace, { request, reply }: Pair): boolean {
  const count = predicted.hops.length;
  const givenUp = { ...request, hops: request.hops.slice(0, count), end: predicted.end };
  return (
    !['delivered', 'dropped', 'rejected'].includes(predicted.hops.at(-1)?.action ?? 'delivered') &&
    request.hops.length === count + 1 &&
    request.hops[count]?.action === 'rejected' &&
    ['host-unreachable', 'addr-unreachable'].includes(reply?.hops[0]?.packet.icmp ?? '') &&
    differenceOfTraces(predicted, givenUp) === undefined
  );
}

/** The request leaves the cluster, so its end is a guess: it is delivered if somebody is there. */
function isOutside({ direction, hops, end }: Trace): boolean {
  return direction === 'request' && end.kind === 'delivered' && hops.at(-1)?.action !== 'delivered';
}
