/** Awaits gates: each is asked again until it holds or its time is over. */
import { setTimeout } from 'node:timers/promises';
import { nodeName } from '../../cluster/cluster.ts';
import { readyEndpoints, wantedRules } from '../../cluster/endpoints.ts';
import { readyNodes } from '../../cluster/nodes.ts';
import { argvAt } from '../../cluster/place.ts';
import { countPods } from '../../cluster/pods.ts';
import { missingRule, rulesCommand } from '../../cluster/programmed.ts';
import { exitCodes, ReportedError } from '../../host/errors.ts';
import type { GateRecord } from '../evidence/schema.ts';
import { fill } from '../expression.ts';
import { isAbout } from '../schema/cell.ts';
import type { Gate } from '../schema/gate.ts';
import { probeCommand, probeTimeoutS, probeValue } from './probe.ts';
import { contextNow, podLookup, refreshFacts, type Session } from './session.ts';

/** A gate did not open in its time. Exit 1. */
export class GateError extends ReportedError {
  override readonly name = 'GateError';
  readonly exitCode = exitCodes.checkFailed;
}

interface Look {
  readonly holds: boolean;
  readonly saw: string;
}

/** Milliseconds between two looks. */
const pauseMs = 100;
/** Milliseconds after which a gate that stays shut asks whether the pods' images are there. */
const imagesEveryMs = 3_000;

/**
 * Gates of other cells are passed over.
 *
 * @throws GateError that says which gate, and what was there instead.
 */
export async function awaitGates(session: Session, gates: readonly Gate[]): Promise<void> {
  for (const gate of gates) if (isAbout(gate, session.cluster)) await awaitGate(session, gate);
}

async function awaitGate(session: Session, gate: Gate): Promise<void> {
  session.report({ type: 'gate-start', id: gate.id, claim: gate.claim });
  const startedAt = performance.now();
  const deadline = startedAt + gate.timeoutS * 1000;
  let imagesDue = startedAt + imagesEveryMs;
  for (;;) {
    const look = await lookAt(session, gate);
    const late = performance.now() > deadline;
    if (look.holds || late) {
      const record: GateRecord = {
        id: gate.id,
        claim: gate.claim,
        verdict: look.holds ? 'passed' : 'failed',
        saw: look.saw,
      };
      session.gates.push(record);
      session.report({ type: 'gate', record, durationMs: performance.now() - startedAt });
      if (look.holds) return;
      throw new GateError(
        `gate ${gate.id}: "${gate.claim}" did not come true within ${gate.timeoutS} s. Last seen: ${look.saw}.`,
      );
    }
    if (performance.now() > imagesDue) {
      // A pod whose image can't be had explains a gate that does not open, and waiting would not help.
      await countPods(session.host.exec, session.cluster, session.lab.namespace, undefined);
      imagesDue = performance.now() + imagesEveryMs;
    }
    await setTimeout(pauseMs, undefined, { signal: session.host.signal });
  }
}

async function lookAt(session: Session, gate: Gate): Promise<Look> {
  const { host, cluster, lab } = session;
  switch (gate.kind) {
    case 'endpoints': {
      const found = (await readyEndpoints(host.exec, cluster, lab.namespace, gate.service)).map(
        (one) => one.address,
      );
      return { holds: found.length === gate.ready, saw: `ready endpoints: ${found.join(', ') || 'none'}` };
    }
    case 'programmed':
      return programmed(session, gate);
    case 'answers': {
      // Services and pods that were applied a moment ago: the gate may speak of them.
      await refreshFacts(session);
      const url = await fill(gate.url, contextNow(session), `gate ${gate.id}`);
      const probe = { url, requests: 1, connections: 1, headers: {}, timeoutS: 3 };
      const argv = await argvAt(host.exec, cluster, gate.from, probeCommand(probe), podLookup(session));
      const result = await host.exec(argv, { accept: 'any', timeoutMs: probeTimeoutS(probe) * 1000 });
      const { status = 0 } = probeValue(result.exitCode, result.stdout);
      return { holds: status > 0, saw: status > 0 ? `HTTP ${status}` : result.stderr.trim() };
    }
    case 'nodes': {
      const { ready, total } = await readyNodes(host.exec, cluster);
      return { holds: ready === gate.ready, saw: `${ready} Ready of ${total}` };
    }
    case 'pods': {
      const { ready, total } = await countPods(host.exec, cluster, lab.namespace, gate.selector);
      return { holds: ready === gate.ready && total === gate.ready, saw: `${ready} ready of ${total}` };
    }
    default:
      return gate satisfies never;
  }
}

async function programmed(session: Session, gate: Extract<Gate, { kind: 'programmed' }>): Promise<Look> {
  const { host, cluster, lab } = session;
  const { namespace = lab.namespace, proxyMode = cluster.proxyMode } = gate;
  const wanted = await wantedRules(host.exec, cluster, namespace, gate.service);
  const missing = await Promise.all(
    gate.on.map(async (role) => {
      const node = nodeName(cluster, role);
      const argv = ['docker', 'exec', node, ...rulesCommand(proxyMode)] as const;
      // kube-proxy's table is not there before its first rules are, nor while it changes its mode.
      const { exitCode, stdout, stderr } = await host.exec(argv, { accept: 'any' });
      const sentence =
        exitCode === 0 ? missingRule(proxyMode, stdout, wanted(node)) : (stderr.split('\n')[0] ?? 'no rules');
      return sentence === undefined ? [] : [`${role}: ${sentence}`];
    }),
  );
  const sentences = missing.flat();
  return { holds: sentences.length === 0, saw: sentences.join('; ') || `on ${gate.on.join(', ')}` };
}
