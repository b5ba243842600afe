/** What conntrack undoes on the way back. */
import { type Flow, sameEnd } from '../flow.ts';
import { because, upstream } from '../sources.ts';
import type { NodeNetns } from './nat.ts';
import { type Path, type Tracked, withHop } from './path.ts';
import type { World } from './world.ts';

/** The entry that this answer belongs to; an ICMP error by the connection that it quotes. */
export function trackedOn({ tracked }: Path, { node }: NodeNetns, packet: Flow): Tracked | undefined {
  const isIcmp = packet.icmp !== undefined;
  return tracked.findLast(({ node: name, translated }) => {
    if (name !== node.name) return false;
    if (isIcmp) return translated.source.ip === packet.destination.ip;
    return sameEnd(translated.source, packet.destination) && sameEnd(translated.destination, packet.source);
  });
}

/** Restores one end, where it had been changed; nf_nat_core.c, for ICMP errors nf_nat_icmp_reply_translation. */
export function undo(
  world: World,
  path: Path,
  at: NodeNetns,
  packet: Flow,
  hook: 'prerouting' | 'input' | 'output' | 'postrouting',
  action: 'un-snat' | 'un-dnat',
  tracked: Tracked | undefined,
): readonly [Path, Flow] {
  if (tracked === undefined) return [path, packet];
  const end = action === 'un-snat' ? 'source' : 'destination';
  const was = tracked.original[end];
  const became = tracked.translated[end];
  const isIcmp = packet.icmp !== undefined;
  if (isIcmp ? was.ip === became.ip : sameEnd(was, became)) return [path, packet];
  const restored = isIcmp ? { ip: was.ip } : was;
  const after: Flow =
    action === 'un-snat' ? { ...packet, destination: restored } : { ...packet, source: restored };
  const text =
    action === 'un-snat'
      ? 'conntrack puts the client back as destination'
      : 'conntrack puts the address that was asked back as source';
  const step = {
    at,
    hook,
    action,
    packet,
    after,
    because: because(text, upstream.conntrack),
  } as const;
  return [withHop(world, path, step), after];
}
