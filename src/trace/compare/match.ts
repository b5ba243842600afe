/** Whether what was observed is one of the things that were predicted. */
import type { Hop } from '../hop.ts';
import type { Endpoint, Ip, Packet, Port } from '../packet.ts';
import { addressesOf, canonical } from '../predict/address.ts';

/** Where a hop is not as predicted; `packet` is as it came, `after` as it left. */
export interface Mismatch {
  readonly when: 'packet' | 'after';
  readonly what: 'protocol' | 'source' | 'destination' | 'flags' | 'icmp' | 'place';
}

/**
 * The first difference between two hops of the same id. Roles say where; a name counts where the prediction
 * knows it, which is for nodes and pods. Interfaces, TTL and rules are not predicted and not compared.
 */
export function mismatch(predicted: Hop, observed: Hop): Mismatch | undefined {
  const { role, name } = predicted.place;
  if (role !== 'client' && !name.split('|').includes(observed.place.name))
    return { when: 'packet', what: 'place' };
  return (
    packetMismatch('packet', predicted.packet, observed.packet) ??
    packetMismatch('after', predicted.after ?? predicted.packet, observed.after ?? observed.packet)
  );
}

function packetMismatch(when: Mismatch['when'], predicted: Packet, observed: Packet): Mismatch | undefined {
  if (predicted.protocol !== observed.protocol) return { when, what: 'protocol' };
  if (!isOneOf(predicted.source, observed.source)) return { when, what: 'source' };
  if (!isOneOf(predicted.destination, observed.destination)) return { when, what: 'destination' };
  if (differs(predicted.flags, observed.flags)) return { when, what: 'flags' };
  return differs(predicted.icmp, observed.icmp) ? { when, what: 'icmp' } : undefined;
}

function differs(predicted: string | undefined, observed: string | undefined): boolean {
  return predicted !== undefined && observed !== undefined && predicted !== observed;
}

function isOneOf(predicted: Endpoint, observed: Endpoint): boolean {
  return hasIp(predicted.ip, observed.ip) && hasPort(predicted.port, observed.port);
}

function hasIp(predicted: Ip, observed: Ip): boolean {
  const allowed = addressesOf(predicted).map(canonical);
  return addressesOf(observed).every((ip) => allowed.includes(canonical(ip)));
}

/** A port that nobody recorded contradicts nothing. */
function hasPort(predicted: Port | undefined, observed: Port | undefined): boolean {
  if (predicted === undefined || observed === undefined) return true;
  const allowed = portsOf(predicted);
  return allowed === undefined || (portsOf(observed) ?? []).every((port) => allowed.includes(port));
}

/** Undefined: any. */
function portsOf(port: Port): readonly number[] | undefined {
  if (typeof port === 'number') return [port];
  return 'oneOf' in port ? port.oneOf : undefined;
}
