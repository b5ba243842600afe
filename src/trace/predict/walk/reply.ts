/** Walks the answer back: replies meet no NAT rules, conntrack undoes on each node what was done there. */
import type { End } from '../../trace.ts';
import { type Flow, sameEnd } from '../flow.ts';
import { type Because, because, upstream } from '../sources.ts';
import { isLocalAddress } from '../state/node.ts';
import { answered, answerOf, icmpError, refusalOf, refused } from './answers.ts';
import { trackedOn, undo } from './conntrack.ts';
import type { NodeNetns } from './nat.ts';
import type { Outcome } from './outcome.ts';
import { type Path, withHop, withRole } from './path.ts';
import { departureOf } from './routes.ts';
import { type Netns, netnsKey, ownerOf, type World } from './world.ts';

/** The way of an answer; `path` has its hops only. */
export interface Reply {
  readonly path: Path;
  readonly end: End;
}

interface Way {
  readonly world: World;
  readonly outcome: Outcome;
  readonly origin: Netns;
}

/** The answer to a request that ended like this. */
export function walkReply(world: World, outcome: Outcome, origin: Netns): Reply {
  const path: Path = { ...outcome.path, hops: [] };
  const { answer } = outcome;
  const way = { world, outcome, origin };
  switch (answer.kind) {
    case 'none':
      return {
        path,
        end: { kind: 'unanswered', text: answer.why ?? 'nobody got the request, nobody answers' },
      };
    case 'reject':
      return send(
        way,
        path,
        answer.from,
        icmpError(outcome.arrived, answer.source),
        because('the REJECT rule answers', upstream.reject),
      );
    case 'closed-port':
    case 'listener': {
      const packet = answer.kind === 'listener' ? answerOf(outcome.arrived) : refusalOf(outcome.arrived);
      if (answer.from === 'elsewhere') return fromElsewhere(way, path, packet);
      return send(way, path, answer.from, packet, answer.kind === 'listener' ? answered : refused(packet));
    }
  }
}

function send(way: Way, path: Path, from: Netns, packet: Flow, why: Because): Reply {
  const hook = 'output';
  const sent = withHop(way.world, path, {
    at: from,
    hook,
    action: 'sent',
    packet,
    because: why,
  });
  switch (from.kind) {
    case 'pod':
      if (packet.destination.ip === packet.source.ip) return arrive(way, sent, from, packet);
      return throughNode(way, sent, { kind: 'node', node: from.pod.node }, packet);
    case 'node': {
      const tracked = trackedOn(path, from, packet);
      const [forClient, restored] = undo(way.world, sent, from, packet, hook, 'un-snat', tracked);
      const [left, done] = undo(way.world, forClient, from, restored, 'postrouting', 'un-dnat', tracked);
      return isLocalAddress(from.node, done.destination.ip)
        ? arrive(way, left, from, done)
        : onward(way, left, from, done);
    }
    case 'outside':
      return fromElsewhere(way, sent, packet);
  }
}

/** On the nodes' network: to the node that has the address, or to the client itself. */
function fromElsewhere(way: Way, path: Path, packet: Flow): Reply {
  const owner = ownerOf(way.world, packet.destination.ip);
  if (owner?.kind === 'node') return throughNode(way, path, owner, packet);
  if (owner?.kind === 'outside') return arrive(way, path, owner, packet);
  return lost(path, `no way back to ${packet.destination.ip}`);
}

function throughNode(way: Way, before: Path, at: NodeNetns, packet: Flow): Reply {
  const { world } = way;
  const path = withRole(before, at, 'pod-node');
  if (path.hops.length > 40) return lost(path, 'the routes lead in a circle');
  const tracked = trackedOn(path, at, packet);
  const [forClient, restored] = undo(way.world, path, at, packet, 'prerouting', 'un-snat', tracked);
  if (isLocalAddress(at.node, restored.destination.ip)) {
    const [ended, done] = undo(way.world, forClient, at, restored, 'input', 'un-dnat', tracked);
    return arrive(way, ended, at, done);
  }
  const { out, via } = departureOf(world, at.node, restored.destination.ip);
  const routed = withHop(world, forClient, {
    at,
    hook: 'forward',
    action: 'routed',
    packet: restored,
    because: because('routed towards the client', upstream.routing),
    out,
    via,
  });
  const [left, done] = undo(way.world, routed, at, restored, 'postrouting', 'un-dnat', tracked);
  return onward(way, left, at, done);
}

function onward(way: Way, path: Path, at: NodeNetns, packet: Flow): Reply {
  const { to } = departureOf(way.world, at.node, packet.destination.ip);
  switch (to?.kind) {
    case 'node':
      return throughNode(way, path, to, packet);
    case 'pod':
    case 'outside':
      return arrive(way, path, to, packet);
    case undefined:
      return lost(path, `no way back to ${packet.destination.ip}`);
  }
}

function arrive({ world, outcome, origin }: Way, path: Path, at: Netns, packet: Flow): Reply {
  if (netnsKey(at) !== netnsKey(origin)) return lost(path, `${packet.destination.ip} is not the client`);
  const done = withHop(world, path, {
    at,
    hook: 'input',
    action: 'delivered',
    packet,
    because: because('the destination is an address of the client', upstream.routing),
  });
  if (packet.icmp === undefined && !sameEnd(packet.source, outcome.sent.destination)) {
    const text = `the client asked ${outcome.sent.destination.ip} and refuses an answer from ${packet.source.ip}`;
    return lost(done, text);
  }
  return { path: done, end: { kind: 'delivered', text: 'the client gets the answer' } };
}

function lost(path: Path, text: string): Reply {
  return { path, end: { kind: 'dropped', text } };
}
