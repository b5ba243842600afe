/** One lab in one cell on one cluster, while it runs. */
import { join } from 'node:path';
import type { Cluster } from '../../cluster/cluster.ts';
import type { PodLookup } from '../../cluster/place.ts';
import { lookAtNodes, lookAtWorkload } from '../../cluster/state.ts';
import { UsageError } from '../../host/errors.ts';
import type { Host } from '../../host/host.ts';
import type { Trace } from '../../trace/trace.ts';
import type { CellName, Report } from '../events.ts';
import type { CheckRecord, Facts, FaultRecord, GateRecord, StepRecord } from '../evidence/schema.ts';
import { type Context, contextAfter, fill } from '../expression.ts';
import type { Lab } from '../schema/lab.ts';

export interface Session {
  readonly host: Host;
  readonly cluster: Cluster;
  readonly lab: Lab;
  readonly at: CellName;
  readonly report: Report;
  /** Facts when the steps began. */
  initial: Facts;
  /** Facts now. */
  facts: Facts;
  readonly gates: GateRecord[];
  readonly steps: StepRecord[];
  readonly checks: CheckRecord[];
  readonly faults: FaultRecord[];
  /** See `evidenceSchema`. */
  readonly traces: Record<string, Trace[]>;
}

/** Folder of a lab, relative to the root of the checkout: commands that a person copies name files so. */
export const labFolder = (lab: Pick<Lab, 'id'>) => join('labs', lab.id);

export type SessionStart = Pick<Session, 'host' | 'cluster' | 'lab' | 'at' | 'report'>;

/** A session that has not looked at its cluster yet: {@link lookAtCluster} is what it begins with. */
export function newSession(start: SessionStart): Session {
  const facts = { client: { name: '', ip: '' }, nodes: {}, pods: [], services: {} };
  return { ...start, initial: facts, facts, gates: [], steps: [], checks: [], faults: [], traces: {} };
}

/** Names and addresses of cluster, nodes and client. */
export async function lookAtCluster(session: Session): Promise<void> {
  const nodes = await lookAtNodes(session.host.exec, session.cluster);
  session.facts = { ...nodes, pods: [], services: {} };
  session.initial = session.facts;
}

export async function openSession(start: SessionStart): Promise<Session> {
  const session = newSession(start);
  await lookAtCluster(session);
  return session;
}

/** Looks at pods and Services again; call it after anything that may have changed them. */
export async function refreshFacts(session: Session): Promise<Facts> {
  const { host, cluster, lab } = session;
  session.facts = { ...session.facts, ...(await lookAtWorkload(host.exec, cluster, lab.namespace)) };
  return session.facts;
}

/** Does what would give a cause away, and tells nobody. What it learns of the cluster, the session knows afterwards. */
export async function unheard(session: Session, act: (silent: Session) => Promise<void>): Promise<void> {
  const silent: Session = { ...session, report: () => {} };
  await act(silent);
  session.facts = silent.facts;
}

/** What expressions can speak of at this moment. `open` are steps that are still running (captures). */
export function contextNow(session: Session, open: readonly StepRecord[] = []): Context {
  return { ...contextAfter(session.initial, [...session.steps, ...open]), ...session.facts };
}

/** Fills the templates of a command. */
export function fillAll(
  session: Session,
  words: readonly string[],
  place: string,
  open?: readonly StepRecord[],
): Promise<string[]> {
  const context = contextNow(session, open);
  return Promise.all(words.map((word) => fill(word, context, place)));
}

/** Pods that `pod/NAME` can mean: by name, or by the label `app` where only one pod has it. */
export function podLookup(session: Session): PodLookup {
  return (name) => {
    const { pods } = session.facts;
    const byApp = pods.filter((pod) => pod.app === name);
    const pod =
      pods.find((candidate) => candidate.name === name) ?? (byApp.length === 1 ? byApp[0] : undefined);
    if (pod !== undefined) return pod;
    throw new UsageError(
      byApp.length > 1
        ? `${byApp.length} pods have app=${name} (${byApp.map(({ name: one }) => one).join(', ')}): name one of them`
        : `there is no pod "${name}" in namespace ${session.lab.namespace}; there are ${pods.map((one) => one.name).join(', ') || 'none'}`,
    );
  };
}
