/** Says in one sentence what was predicted and what came instead. */
import type { Hop } from '../hop.ts';
import { type Endpoint, formatEndpoint, type Ip, type Packet } from '../packet.ts';
import { addressesOf } from '../predict/address.ts';
import type { Trace } from '../trace.ts';
import type { Mismatch } from './match.ts';

/** The same hop, with other addresses, on another node, or of another kind. */
export function differentPacket(predicted: Hop, observed: Hop, { when, what }: Mismatch): string {
  const here = `${actionNoun(predicted)} on ${placeText(observed)}`;
  if (what === 'place')
    return `predicted ${actionNoun(predicted)} on ${placeText(predicted)}; it was ${placeText(observed)}`;
  const wanted = when === 'after' ? (predicted.after ?? predicted.packet) : predicted.packet;
  const got = when === 'after' ? (observed.after ?? observed.packet) : observed.packet;
  const isNat =
    (when === 'after' && predicted.action === 'dnat' && what === 'destination') ||
    (predicted.action === 'snat' && what === 'source' && when === 'after');
  if (isNat)
    return `predicted ${natText(predicted)}; ${placeText(observed)} chose ${formatEndpoint(got[what as 'source' | 'destination'])}`;
  const side = when === 'after' ? 'after' : 'at';
  return `predicted ${what} ${fieldText(wanted, what)} ${side} the ${here}; it was ${fieldText(got, what)}`;
}

/** A predicted hop that is not there; `instead` is what was observed in its place, if anything was. */
export function missingHop(predicted: Hop, instead: Hop | undefined, observed: Trace): string {
  const wanted = `predicted ${predictedText(predicted)}`;
  if (instead === undefined) return `${wanted}; the path ended before it: ${observed.end.text}`;
  const isHere =
    instead.place.name === predicted.place.name ||
    predicted.place.name.split('|').includes(instead.place.name);
  const isStop = instead.action === 'dropped' || instead.action === 'rejected';
  if (isStop) return `${wanted}; ${placeText(instead)} ${instead.action} it: ${observed.end.text}`;
  if (isHere && (predicted.action === 'dnat' || predicted.action === 'marked')) {
    const port = predicted.packet.destination.port;
    return `${wanted}; ${placeText(instead)} had no rule for ${typeof port === 'number' ? `port ${port}` : 'it'}`;
  }
  if (isHere && predicted.action === 'snat') {
    return `${wanted}; ${placeText(instead)} kept the source ${formatEndpoint(instead.packet.source)}`;
  }
  return `${wanted}; ${observedText(instead)} instead`;
}

/** An observed hop where the prediction has ended. */
export function extraHop(observed: Hop, predicted: Trace): string {
  return `predicted that the path ends ${predicted.end.kind} (${predicted.end.text}); it went on: ${observedText(observed)}`;
}

/** The same hops, another end. */
export function differentEnd(predicted: Trace, observed: Trace): string {
  const what = predicted.direction === 'request' ? 'request' : 'answer';
  return `predicted that the ${what} is ${predicted.end.kind} (${predicted.end.text}); it was ${observed.end.kind}: ${observed.end.text}`;
}

function placeText({ place: { role, name } }: Hop): string {
  if (role === 'client') return 'the client';
  const kind = role === 'client-pod' || role === 'pod' ? 'pod' : 'node';
  return `${kind} ${name.split('|').join(' or ')}`;
}

function predictedText(hop: Hop): string {
  const where = placeText(hop);
  switch (hop.action) {
    case 'sent':
      return `a packet to ${formatEndpoint(hop.packet.destination)} from ${where}`;
    case 'marked':
      return `the mark for masquerade on ${where}`;
    case 'dnat':
    case 'snat':
      return natText(hop);
    case 'un-snat':
      return `that conntrack on ${where} puts ${ends(hop).destination} back as destination`;
    case 'un-dnat':
      return `that conntrack on ${where} puts ${ends(hop).source} back as source`;
    case 'routed':
      return `that ${where} forwards it`;
    case 'delivered':
      return `that it is delivered to ${formatEndpoint(hop.packet.destination)} on ${where}`;
    case 'dropped':
    case 'rejected':
      return `that ${where} has it ${hop.action}${hop.because === undefined ? '' : ` (${hop.because.text})`}`;
    default:
      return hop.action satisfies never;
  }
}

function observedText(hop: Hop): string {
  const where = placeText(hop);
  switch (hop.action) {
    case 'sent':
      return `${where} sent to ${formatEndpoint(hop.packet.destination)}`;
    case 'marked':
      return `${where} marked it for masquerade`;
    case 'dnat':
      return `${where} changed the destination to ${ends(hop).destination}`;
    case 'snat':
      return `${where} changed the source to ${ends(hop).source}`;
    case 'un-snat':
      return `${where} put ${ends(hop).destination} back as destination`;
    case 'un-dnat':
      return `${where} put ${ends(hop).source} back as source`;
    case 'routed':
      return `${where} forwarded it to ${formatEndpoint(hop.packet.destination)}`;
    case 'delivered':
      return `it was delivered to ${formatEndpoint(hop.packet.destination)} on ${where}`;
    case 'dropped':
    case 'rejected':
      return `${where} ${hop.action} it`;
    default:
      return hop.action satisfies never;
  }
}

function natText(hop: Hop): string {
  const after = hop.after ?? hop.packet;
  return hop.action === 'dnat'
    ? `DNAT to ${setText(after.destination.ip)}`
    : `SNAT to ${setText(after.source.ip)}`;
}

function setText(ip: Ip): string {
  const all = addressesOf(ip);
  return all.length === 1 ? (all[0] as string) : `one of ${all.join(', ')}`;
}

function ends({ packet, after }: Hop): Record<'source' | 'destination', string> {
  const { source, destination } = after ?? packet;
  return { source: formatEndpoint(source), destination: formatEndpoint(destination) };
}

function fieldText(packet: Packet, what: Exclude<Mismatch['what'], 'place'>): string {
  const value: Endpoint | string | undefined = packet[what];
  return typeof value === 'object' ? formatEndpoint(value) : (value ?? 'none');
}

function actionNoun({ hook, action }: Hop): string {
  return `${hook} hop (${action})`;
}
