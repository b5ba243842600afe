/** Walks a request through the network namespaces it passes: one outcome for each thing that may happen to it. */

import { isLoopback } from '../address.ts';
import type { Flow } from '../flow.ts';
import { virtualKind } from '../kube-proxy/claim.ts';
import { accept, type Rules } from '../kube-proxy/proxy.ts';
import { rulesOn } from '../kube-proxy/rules.ts';
import { because, upstream } from '../sources.ts';
import { isLocalAddress } from '../state/node.ts';
import {
  answeredElsewhere,
  deliver,
  leaveCluster,
  lost,
  meantBy,
  stopped,
  stoppedInSilence,
  type Walk,
} from './arrival.ts';
import { type Branch, branches, masquerade, type NodeNetns } from './nat.ts';
import type { Outcome } from './outcome.ts';
import { emptyPath, type Path, tracks, withHop, withRole } from './path.ts';
import { departureOf } from './routes.ts';
import type { Netns } from './world.ts';

/** All outcomes of a request: one for each endpoint that may be chosen, and each doubt about who listens. */
export function* walkRequest(walk: Walk): Generator<Outcome> {
  const { origin, sent } = walk;
  switch (origin.kind) {
    case 'outside': {
      const path = withHop(
        walk.world,
        withRole(emptyPath, origin, 'client'),
        sentHop(walk, origin, 'the client sends it'),
      );
      const entries = walk.entryNodes;
      if (entries.length === 0) yield withoutEntry(walk, path);
      for (const node of entries) yield* throughNode(walk, path, { kind: 'node', node }, sent, false);
      return;
    }
    case 'pod': {
      const path = withHop(
        walk.world,
        withRole(emptyPath, origin, 'client-pod'),
        sentHop(walk, origin, 'the pod sends it'),
      );
      if (sent.destination.ip === sent.source.ip || isLoopback(sent.destination.ip))
        yield* deliver(walk, path, origin, sent, walk.asked);
      else {
        const node: NodeNetns = { kind: 'node', node: origin.pod.node };
        yield* throughNode(walk, withRole(path, node, 'client-node'), node, sent, true);
      }
      return;
    }
    case 'node':
      yield* fromNode(walk, origin);
  }
}

function sentHop({ sent }: Walk, at: Netns, text: string) {
  const why = because(text, upstream.routing);
  return { at, hook: 'output', action: 'sent', packet: sent, because: why } as const;
}

/** To a load balancer that proxies; or to an address that only the nodes know, for which the client has no route. */
function withoutEntry(walk: Walk, path: Path): Outcome {
  const { ip } = walk.sent.destination;
  const { state } = walk.world;
  const isPodAddress = state.nodeOfPodCIDR(ip) !== undefined;
  if (virtualKind(state, ip) === undefined && !isPodAddress) return answeredElsewhere(walk, path, walk.sent);
  const text = `${ip} is known on the nodes only: the client's route for it leads elsewhere, and nothing comes back`;
  return lost(walk, path, walk.sent, text);
}

/** A node that the packet comes to: prerouting, then input or forward, then postrouting. */
function* throughNode(
  walk: Walk,
  before: Path,
  at: NodeNetns,
  packet: Flow,
  fromPod: boolean,
): Generator<Outcome> {
  const { world, origin } = walk;
  const { destination } = walk.sent;
  const isAsked = packet.destination.ip === destination.ip && isLocalAddress(at.node, destination.ip);
  const isFirst = !before.hops.some(({ place }) => place.role === 'entry-node');
  const path = withRole(
    before,
    at,
    isFirst && (isAsked || origin.kind === 'outside') ? 'entry-node' : 'pod-node',
  );
  const rules = rulesOn(world.state, at.node);
  const nat = rules.nat({ packet, fromPod }, 'prerouting');
  if (nat.kind === 'drop') {
    yield stopped(walk, path, at, packet, 'prerouting', { kind: 'drop', because: nat.because });
    return;
  }
  for (const branch of branches(world, path, at, packet, nat, 'prerouting')) {
    if (isLocalAddress(at.node, branch.packet.destination.ip)) {
      yield* intoNode(walk, { ...branch, path: remember(branch.path, at, packet, branch.packet) }, at, rules);
      continue;
    }
    const verdict = branch.endpoint === undefined ? rules.filter(branch.packet, 'forward') : accept;
    if (verdict.kind !== 'accept') {
      const end = stopped(walk, branch.path, at, branch.packet, 'forward', verdict);
      yield end;
      const turnsBack =
        !fromPod && departureOf(world, at.node, branch.packet.destination.ip).to?.kind !== 'pod';
      if (verdict.kind === 'reject' && turnsBack) yield stoppedInSilence(end);
    } else yield* leave(walk, branch, at, packet, rules, 'forward');
  }
}

function* fromNode(walk: Walk, at: NodeNetns): Generator<Outcome> {
  const { world, sent } = walk;
  const path = withHop(
    world,
    withRole(emptyPath, at, 'client-node'),
    sentHop(walk, at, 'a process on the node sends it'),
  );
  const rules = rulesOn(world.state, at.node);
  const nat = rules.nat({ packet: sent, fromPod: false }, 'output');
  if (nat.kind === 'drop') {
    yield stopped(walk, path, at, sent, 'output', { kind: 'drop', because: nat.because });
    return;
  }
  for (const branch of branches(world, path, at, sent, nat, 'output')) {
    const verdict = branch.endpoint === undefined ? rules.filter(branch.packet, 'output') : accept;
    if (verdict.kind !== 'accept') {
      yield stopped(walk, branch.path, at, branch.packet, 'output', verdict);
    } else if (isLocalAddress(at.node, branch.packet.destination.ip)) {
      const looped = masquerade(world, branch, at, rules, branch.packet.destination.ip);
      yield* intoNode(walk, { ...looped, path: remember(looped.path, at, sent, looped.packet) }, at, rules);
    } else {
      yield* leave(walk, branch, at, sent, rules, 'output');
    }
  }
}

function* intoNode(walk: Walk, branch: Branch, at: NodeNetns, rules: Rules): Generator<Outcome> {
  const { path, packet, endpoint } = branch;
  const verdict = endpoint === undefined ? rules.filter(packet, 'input') : accept;
  if (verdict.kind !== 'accept') yield stopped(walk, path, at, packet, 'input', verdict);
  else yield* deliver(walk, path, at, packet, meantBy(walk, endpoint));
}

/** Out of a node by its route: forwarded where it came from elsewhere, masqueraded where a rule says so. */
function* leave(
  walk: Walk,
  branch: Branch,
  at: NodeNetns,
  came: Flow,
  rules: Rules,
  hook: 'forward' | 'output',
): Generator<Outcome> {
  const { world } = walk;
  const { to, address, out, via } = departureOf(world, at.node, branch.packet.destination.ip);
  const routed =
    hook === 'output'
      ? branch.path
      : withHop(world, branch.path, {
          at,
          hook: 'forward',
          action: 'routed',
          packet: branch.packet,
          because: because(`routed to ${stopName(to)}`, upstream.routing),
          out,
          via,
        });
  const left = masquerade(world, { ...branch, path: routed }, at, rules, address);
  const path = remember(left.path, at, came, left.packet);
  const visits = path.tracked.filter(({ node }) => node === at.node.name).length;
  if (visits > 2) {
    yield lost(walk, path, left.packet, 'the routes lead in a circle');
    return;
  }
  switch (to?.kind) {
    case 'node': {
      // The next node does not know which endpoint was chosen; whoever listens there still is that one.
      const onward = { ...walk, asked: meantBy(walk, branch.endpoint) };
      yield* throughNode(onward, path, to, left.packet, false);
      return;
    }
    case 'pod':
    case 'outside':
      yield* deliver(walk, path, to, left.packet, meantBy(walk, branch.endpoint));
      return;
    case undefined:
      yield leaveCluster(walk, path, left.packet, branch.endpoint);
  }
}

function stopName(to: Netns | undefined): string {
  switch (to?.kind) {
    case 'node':
      return 'the next node';
    case 'pod':
      return 'the veth pair of the pod';
    case 'outside':
      return 'the client';
    case undefined:
      return 'the default gateway';
  }
}

function remember(path: Path, at: NodeNetns, original: Flow, translated: Flow): Path {
  return tracks(path, { node: at.node.name, original, translated });
}
