/** What belongs to the probe but to no hop. */
import { formatEndpoint } from '../packet.ts';
import type { Trace } from '../trace.ts';
import { ipText } from './lookups.ts';
import { answerEnds, ends, type Seen } from './passages.ts';
import type { Namespace } from './watch.ts';

export type Note = Trace['notes'][number];

/** Packets of the probe that are on neither way: repeats, ICMP redirects, later segments. */
export function notesOf(leftover: readonly Seen[]): Note[] {
  const notes = new Map<string, Note>();
  for (const seen of leftover) {
    const text = noteText(seen);
    const before = notes.get(text);
    notes.set(text, { text, lines: [...(before?.lines ?? []), ...linesOf(seen)] });
  }
  return [...notes.values()];
}

function noteText({ place, first, kind }: Seen): string {
  const { packet } = first;
  if (packet.icmp === 'redirect') {
    const verb = kind === 'origin' ? 'sent' : 'got';
    const other =
      kind === 'origin' ? `to ${ipText(packet.destination.ip)}` : `from ${ipText(packet.source.ip)}`;
    return `${place.name} ${verb} an ICMP redirect ${other}: the packet goes out by the interface it came in`;
  }
  if (packet.icmp !== undefined) return `ICMP ${packet.icmp} on ${place.name}`;
  const from = `${formatEndpoint(packet.source)} to ${formatEndpoint(packet.destination)}`;
  if (packet.flags === 'syn') return `sent again, on ${place.name}: SYN from ${from}`;
  return `another packet of the connection on ${place.name}: ${packet.flags ?? packet.protocol} from ${from}`;
}

function linesOf({ steps }: Seen): string[] {
  return steps.flatMap(({ lines }) => lines.map(({ raw }) => raw));
}

/** Which of the packets that are on no way are the probe's: same ends as it had anywhere, or ICMP to its source. */
export function belongsTo(ways: readonly Seen[]): (seen: Seen) => boolean {
  const known = new Set<string>();
  const addresses = new Set<string>();
  for (const { steps } of ways) {
    for (const { packet } of steps) {
      known.add(ends(packet)).add(answerEnds(packet));
      addresses.add(ipText(packet.source.ip));
    }
  }
  return ({ first: { packet } }) =>
    packet.icmp === undefined ? known.has(ends(packet)) : addresses.has(ipText(packet.destination.ip));
}

/** Lines of a namespace that no packet has: kept, because nobody knows what they would have said. */
export function unknownLines({ place, trace }: Namespace): Note[] {
  const lines = trace.loose.filter(({ kind }) => kind !== 'lost').map(({ raw }) => raw);
  return lines.length === 0 ? [] : [{ text: `lines on ${place.name} that belong to no packet`, lines }];
}
