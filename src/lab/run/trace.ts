/** The trace step: one probe followed over every hop, and what of it checks and evidence speak of. */
import { type Cluster, kubectlArgv, nodeName } from '../../cluster/cluster.ts';
import { readClusterState } from '../../cluster/cluster-state.ts';
import { nodeRoles } from '../../cluster/shape.ts';
import { type TracedProbe, traceProbe } from '../../cluster/trace-probe.ts';
import type { TracedClient, TracedCluster } from '../../cluster/traced-cluster.ts';
import { formatCommand } from '../../host/exec.ts';
import { formatLedger } from '../../trace/format-ledger.ts';
import { ledgerRows } from '../../trace/ledger.ts';
import { predict } from '../../trace/predict/predict.ts';
import { type ProbeRequest, parseClient, parseTarget } from '../../trace/predict/probe.ts';
import type { Trace } from '../../trace/trace.ts';
import type { Place } from '../schema/names.ts';
import type { StepOf } from '../schema/step.ts';
import { podLookup, type Session } from './session.ts';

/** A trace step with its templates filled. */
export type FilledTrace = Pick<StepOf<'trace'>, 'from' | 'url' | 'protocol' | 'timeoutS'>;

export async function traceFrom(session: Session, step: FilledTrace, count = 1): Promise<TracedProbe> {
  const cluster = tracedCluster(session);
  const state = await readClusterState(cluster.kubectl);
  const probe = probeRequest(session, step);
  const { name, ip } = session.facts.client;
  const outside: TracedClient | undefined = probe.client.kind === 'outside' ? { name, ips: [ip] } : undefined;
  const request = { probe, count, timeoutS: step.timeoutS };
  return traceProbe(session.host.exec, cluster, outside, state, request);
}

export async function predictFrom(session: Session, step: FilledTrace): Promise<Trace[]> {
  return predict(await readClusterState(tracedCluster(session).kubectl), probeRequest(session, step));
}

function probeRequest(session: Session, { from, protocol, url }: FilledTrace): ProbeRequest {
  const { ip } = session.facts.client;
  return {
    protocol,
    client: parseClient(clientOf(session, from), [ip]),
    target: parseTarget(url),
    text: url,
  };
}

function tracedCluster({ cluster, host }: Session): TracedCluster {
  return {
    name: cluster.name,
    nodes: nodeRoles(cluster.shape).map((role) => nodeName(cluster, role)),
    image: cluster.image,
    network: cluster.name,
    kubectl: async (args) => (await host.exec(kubectlArgv(cluster, args))).stdout,
  };
}

type Named = Pick<Cluster, 'name'>;

/** `client`, `node/worker`, `pod/cart` as `npm run trace -- --from` has them. `pod` has namespace and name of a pod. */
export function traceClient(cluster: Named, from: Place, pod: (name: string) => string): string {
  const [kind, name = ''] = from.split('/');
  if (kind === 'node') return `node/${nodeName(cluster, name)}`;
  if (kind === 'pod' || kind === 'netns') return `pod/${pod(name)}`;
  return 'outside';
}

const clientOf = (session: Session, from: Place): string =>
  traceClient(session.cluster, from, (name) => `${session.lab.namespace}/${podLookup(session)(name).name}`);

/** What a person would type for it. */
export function traceCommand(
  cluster: Named,
  step: Pick<FilledTrace, 'protocol' | 'url'>,
  from: string,
): string {
  return formatCommand([
    ...['npm', 'run', 'trace', '--', '--cluster', cluster.name],
    ...(from === 'outside' ? [] : ['--from', from]),
    ...(step.protocol === 'udp' ? ['--proto', 'udp'] : []),
    step.url,
  ]);
}

export const traceShown = (session: Session, step: FilledTrace): string =>
  traceCommand(session.cluster, step, clientOf(session, step.from));

/** The ledger, with nodes by their roles. */
export function traceLedger(traces: readonly Trace[], cluster: string): string {
  return formatLedger(ledgerRows(traces, { name: ({ name }) => name.replace(`${cluster}-`, '') }));
}

/**
 * Why a fault's trace is not that of the symptom; undefined when the request that was followed got the same answer. A
 * packet may pass and end exactly as a healthy one does, where what is wrong is the answer: so the place where it ends
 * shows a fault only together with what its client got.
 */
export function otherAnswer(
  { captures }: TracedProbe,
  symptom: { readonly exit: number; readonly status?: number },
): string | undefined {
  const result = captures.at(-1)?.probe.result;
  if (result === undefined) return 'its trace sent no request';
  const text = ({ exit, status = 0 }: typeof symptom) => `exit ${exit}, HTTP status ${status}`;
  if (text(result) === text(symptom)) return undefined;
  return `its trace is not that of the symptom: the client got ${text(result)}, and before it ${text(symptom)}`;
}

/** Why a fault's trace does not end or diverge where the fault says; undefined when it does. */
export function wrongEnd({ observed, comparison }: TracedProbe, endsAt: string): string | undefined {
  const ends = observed.map(({ hops }) => hops.at(-1)?.id);
  if (ends.includes(endsAt) || comparison.divergence?.hop === endsAt) return undefined;
  return `its trace ends at ${ends.filter((id) => id !== undefined).join(' and ') || 'no hop'}, not at ${endsAt}`;
}
