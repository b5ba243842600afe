/** Predicts, probes, observes and compares: one request on a running cluster. */
import type { Exec } from '../host/exec.ts';
import { type Comparison, compare } from '../trace/compare/compare.ts';
import type { Capture, CaptureProblem } from '../trace/observe/capture.ts';
import { observe } from '../trace/observe/observe.ts';
import { predict } from '../trace/predict/predict.ts';
import { formatClient, type ProbeRequest } from '../trace/predict/probe.ts';
import { type Resolved, resolveTarget } from '../trace/predict/resolve.ts';
import type { ClusterState } from '../trace/predict/state/state.ts';
import type { Trace } from '../trace/trace.ts';
import { captureProbe } from './capture/capture.ts';
import { observeNoPath } from './capture/lookup.ts';
import { planCapture } from './capture/plan.ts';
import { entryNodes } from './entry-nodes.ts';
import type { TracedClient, TracedCluster } from './traced-cluster.ts';

export interface TraceRequest {
  readonly probe: ProbeRequest;
  /** How often it is sent; a random endpoint shows only so. */
  readonly count: number;
  /** Seconds until a probe without an answer gives up. */
  readonly timeoutS: number;
}

export interface TracedProbe {
  readonly predicted: readonly Trace[];
  /** Request and reply of each probe, in this order. */
  readonly observed: readonly Trace[];
  readonly comparison: Comparison;
  readonly problems: readonly CaptureProblem[];
  readonly captures: readonly Capture[];
}

/** @throws PredictionError, CaptureError, CommandError */
export async function traceProbe(
  exec: Exec,
  cluster: TracedCluster,
  client: TracedClient | undefined,
  state: ClusterState,
  { probe, count, timeoutS }: TraceRequest,
): Promise<TracedProbe> {
  const resolved = resolveTarget(state, probe);
  const asked = client === undefined ? probe : await withClient(exec, state, probe, resolved, client);
  const predicted = predict(state, asked);
  const captures: Capture[] = [];
  if (resolved.kind === 'destinations') {
    for (let round = 0; round < count; round++) {
      const destination = resolved.destinations[round % resolved.destinations.length];
      if (destination === undefined) break;
      const plan = planCapture(state, cluster, client, asked, destination, timeoutS);
      captures.push(await captureProbe(exec, plan));
    }
  }
  const observations = captures.map(observe);
  const observed =
    resolved.kind === 'no-path'
      ? await observeNoPath(exec, cluster.nodes[0] ?? '', state, asked.target, {
          proxyMode: state.kubeProxy.mode,
          probe: { protocol: asked.protocol, from: formatClient(asked.client), target: asked.text },
        })
      : observations.flatMap(({ traces }) => [...traces]);
  return {
    predicted,
    observed,
    comparison: compare(predicted, observed),
    problems: observations.flatMap(({ problems }) => [...problems]),
    captures,
  };
}

/** The client's own address, and the node that its route leads to. */
async function withClient(
  exec: Exec,
  state: ClusterState,
  probe: ProbeRequest,
  resolved: Resolved,
  client: TracedClient,
): Promise<ProbeRequest> {
  if (probe.client.kind !== 'outside') return probe;
  const [destination] = resolved.kind === 'destinations' ? resolved.destinations : [];
  const nodes = destination && (await entryNodes(exec, state, client, destination.ip));
  return {
    ...probe,
    client: { kind: 'outside', ips: client.ips, name: client.name },
    ...(nodes === undefined ? {} : { entryNodes: nodes }),
  };
}
