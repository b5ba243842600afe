/** How a way ends, and what answers it. */
import { formatEndpoint } from '../packet.ts';
import type { End } from '../trace.ts';
import type { Capture } from './capture.ts';
import type { Way } from './join.ts';
import { ipText } from './lookups.ts';
import { answerEnds, ends, type Seen } from './passages.ts';
import type { Listings } from './rules.ts';
import type { Watch } from './watch.ts';

export interface Ending {
  readonly end: End;
  /** The stop that is told as a hop: by a rule, or by what answered. */
  readonly stopped?: Seen['stopped'];
  /** The packet was not seen again and no rule says why. */
  readonly vanished: boolean;
  /** First packet of the answer, where it was sent. */
  readonly answer?: Seen;
}

/** How the request ended. Everything it says rests on what was seen at and after the last place. */
export function endOfRequest(way: Way, watch: Watch): Ending {
  const last = way.at(-1) ?? way[0];
  const unreachable = icmpAnswer(last, watch.all);
  if (last.stopped) return byRule(last, last.stopped, watch, unreachable ?? socketAnswer(last, watch.all));
  if (last.kind === 'ending' && last.through)
    return atSocket(last, socketAnswer(last, watch.all) ?? unreachable);
  if (unreachable) return byIcmp(last, unreachable);
  const answer = last.through ? answerFromElsewhere(last, watch) : undefined;
  return answer ? outOfSight(last, answer) : silently(last);
}

function byRule(
  last: Seen,
  stopped: NonNullable<Seen['stopped']>,
  watch: Watch,
  answer: Seen | undefined,
): Ending {
  const rule = decidingRule(last, watch.at(last.place).listings);
  return {
    end: { kind: stopped.how, text: `${stopped.how} on ${last.place.name} by ${rule}` },
    stopped,
    vanished: false,
    ...(answer && stopped.how === 'rejected' ? { answer } : {}),
  };
}

function atSocket({ place, last }: Seen, answer: Seen | undefined): Ending {
  const port = formatEndpoint(last.packet.destination);
  const { flags, icmp } = answer?.first.packet ?? {};
  const refusal = icmp === undefined ? (flags?.includes('rst') ? 'RST' : undefined) : `ICMP ${icmp}`;
  const end: End =
    refusal === undefined
      ? { kind: 'delivered', text: `delivered to ${port} on ${place.name}` }
      : { kind: 'reset', text: `came to ${port} on ${place.name}, where nothing listens: ${refusal}` };
  return { end, vanished: false, ...(answer ? { answer } : {}) };
}

function byIcmp({ place, last }: Seen, answer: Seen): Ending {
  const to = formatEndpoint(last.packet.destination);
  return {
    end: { kind: 'rejected', text: `${place.name} had no way to ${to}: ICMP ${answer.first.packet.icmp}` },
    stopped: { hook: last.hook, how: 'rejected' },
    vanished: false,
    answer,
  };
}

/** Where nobody watches, such as an endpoint outside the cluster: only its answer says that it got there. */
function outOfSight({ place, last }: Seen, answer: Seen): Ending {
  const { flags, icmp } = answer.first.packet;
  const what = icmp === undefined ? (flags?.includes('rst') ? 'a RST' : 'an answer') : `ICMP ${icmp}`;
  const text = `left ${place.name} for ${formatEndpoint(last.packet.destination)}, from where ${what} came`;
  return { end: { kind: what === 'an answer' ? 'delivered' : 'reset', text }, vanished: false, answer };
}

function silently({ place, last, through }: Seen): Ending {
  const { oif } = last.seen;
  if (!through) {
    const text = `not seen again on ${place.name} after ${last.hook}, and no rule dropped it`;
    return { end: { kind: 'dropped', text }, stopped: { hook: last.hook, how: 'dropped' }, vanished: true };
  }
  const by = oif === undefined ? '' : ` by ${oif}`;
  const text = `left ${place.name}${by} for ${formatEndpoint(last.packet.destination)} and was not seen again`;
  return { end: { kind: 'dropped', text }, vanished: true };
}

/** How the answer ended. */
export function endOfReply(way: Way, request: End, watch: Watch): Ending {
  const last = way.at(-1) ?? way[0];
  const { packet } = last.last;
  if (last.stopped) {
    const text = `${last.stopped.how} on ${last.place.name} by ${decidingRule(last, watch.at(last.place).listings)}`;
    return { end: { kind: last.stopped.how, text }, stopped: last.stopped, vanished: false };
  }
  if (isRefused(last, watch.capture)) {
    const text = `${last.place.name} gets an answer from ${formatEndpoint(packet.source)}, whom it did not ask, and refuses it`;
    return { end: { kind: 'dropped', text }, vanished: false };
  }
  if (last.kind === 'ending' && last.through) {
    return { end: { kind: 'delivered', text: received(way[0], request, watch.capture) }, vanished: false };
  }
  const text = `the answer was last seen on ${last.place.name}, on its way to ${formatEndpoint(packet.destination)}`;
  return {
    end: { kind: 'dropped', text },
    ...(last.through ? {} : { stopped: { hook: last.last.hook, how: 'dropped' } }),
    vanished: true,
  };
}

/** It came to the client, but no socket there has asked its source: the kernel resets it (RFC 9293 §3.10.7.1). */
function isRefused({ kind, through, place, last }: Seen, { probe }: Capture): boolean {
  const { source, icmp } = last.packet;
  if (kind !== 'ending' || !through || place.name !== probe.from || icmp !== undefined) return false;
  return ipText(source.ip) !== probe.destination.ip || source.port !== probe.destination.port;
}

function received({ first }: Seen, request: End, { probe }: Capture): string {
  if (first.packet.icmp !== undefined) return `received ICMP ${first.packet.icmp}: refused`;
  if (request.kind === 'reset' || request.kind === 'rejected') return 'received RST: refused';
  return probe.result?.status === undefined ? 'received' : `received, HTTP ${probe.result.status}`;
}

/** No answer: the sentence of the reply trace that has no hop. */
export function unanswered(request: End): Ending {
  const why = request.kind === 'delivered' ? 'no answer was seen leaving' : `the request was ${request.kind}`;
  return { end: { kind: 'unanswered', text: `${why}: the client waits until it gives up` }, vanished: false };
}

function decidingRule(seen: Seen, listings: Listings): string {
  const line = seen.last.lines.findLast((each) => each.kind === 'rule' || each.kind === 'policy');
  if (line?.kind === 'rule') {
    const { table, chain, text } = listings.rule(line);
    return `${table} ${chain}: ${text}`;
  }
  return `the policy of ${seen.last.table} ${seen.last.chain}`;
}

/** The SYN-ACK, RST or datagram that this namespace sent back. */
function socketAnswer({ place, last }: Seen, all: readonly Seen[]): Seen | undefined {
  return all.find(
    ({ kind, place: from, first }) =>
      kind === 'origin' && from.name === place.name && ends(first.packet) === answerEnds(last.packet),
  );
}

/**
 * The first that is seen of an answer from where nobody watches: where it comes back to. What another place has sent on
 * is not that. Behind a veth pair there is a pod of this node. No Service may have led to it, so that it is not watched,
 * and then its refusal is told; but a pod that serves the client and is not in the capture is a damage of the capture.
 */
function answerFromElsewhere({ place, last }: Seen, { all, namespaces }: Watch): Seen | undefined {
  const { source, destination } = last.packet;
  const toPod = last.seen.oif?.startsWith('veth');
  const isWatched = namespaces.some(({ place: { addresses } }) => addresses.includes(ipText(destination.ip)));
  if (toPod && isWatched) return undefined;
  return all.find(({ kind, place: at, first: { packet } }) => {
    if (kind === 'origin' || at.name !== place.name) return false;
    const isError = packet.icmp !== undefined && packet.icmp !== 'redirect';
    if (toPod && !isError && !packet.flags?.includes('rst')) return false;
    const isAnswer = isError
      ? ipText(packet.destination.ip) === ipText(source.ip)
      : ends(packet) === answerEnds(last.packet);
    const isPassedOn = all.some(
      (one) => one.place.name !== at.name && ends(one.last.packet) === ends(packet),
    );
    return isAnswer && !isPassedOn;
  });
}

/** The ICMP error that this namespace sent to the packet's source. */
function icmpAnswer({ place, first: came, last }: Seen, all: readonly Seen[]): Seen | undefined {
  return all.find(
    ({ kind, place: from, first: { packet } }) =>
      kind === 'origin' &&
      from.name === place.name &&
      packet.icmp !== undefined &&
      packet.icmp !== 'redirect' &&
      // Before SNAT and after: an error about a masqueraded packet is addressed to what it shows.
      [came, last].some((step) => ipText(packet.destination.ip) === ipText(step.packet.source.ip)),
  );
}
