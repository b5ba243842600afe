/** Whether something listens where a packet is delivered; manifests say it only half. */
import { type Flow, portNumber } from '../flow.ts';
import type { NodeFacts } from '../state/node.ts';
import type { Pod } from '../state/objects.ts';
import type { ClusterState } from '../state/state.ts';
import type { Netns, World } from './world.ts';

/**
 * - `yes`: declared in containerPorts, seen to listen, or nothing is declared that would speak against it;
 * - `no`: seen not to listen, or a node's port that no pod declares;
 * - `undeclared`: the pod declares other ports. containerPorts are informational (core/v1 Container.ports), so
 *   the process may listen there all the same: both are predicted.
 */
export type Listening = 'yes' | 'no' | 'undeclared';

/** Ports that kubelet and kube-proxy have on every node (pkg/cluster/ports/ports.go, v1.37.0): 10250, 10256. */
const nodePorts = [10250, 10256];

/** The pod that a packet is meant for, where an EndpointSlice or the person who asks named it. */
export type Meant = { readonly namespace: string; readonly name: string } | 'endpoint' | undefined;

/** Looks at the pod that is meant; of a node that was asked itself, at all pods that share its network. */
export function isListening({ state }: World, netns: Netns, packet: Flow, meant: Meant): Listening {
  if (netns.kind === 'outside' || meant === 'endpoint') return 'yes';
  const atAddress = state.podsAt(packet.destination.ip);
  const wanted = meant?.name ?? (netns.kind === 'pod' ? netns.pod.name : undefined);
  const pod = atAddress.find(({ metadata }) => metadata.name === wanted);
  if (pod !== undefined) return inPod(state, pod, packet);
  return netns.kind === 'node' && meant === undefined ? onNode(state, netns.node, packet) : 'yes';
}

function inPod(state: ClusterState, pod: Pod, packet: Flow): Listening {
  const port = portNumber(packet.destination);
  const seen = state.listening(pod.metadata.namespace, pod.metadata.name);
  if (seen !== undefined) {
    return seen.some((one) => one.port === port && one.protocol === packet.protocol) ? 'yes' : 'no';
  }
  const declared = declaredPorts(pod);
  if (declared.length === 0) return 'yes';
  const isDeclared = declared.some(
    (one) => one.containerPort === port && one.protocol.toLowerCase() === packet.protocol,
  );
  return isDeclared ? 'yes' : 'undeclared';
}

function declaredPorts({ spec }: Pod) {
  return [...spec.containers, ...(spec.initContainers ?? [])].flatMap(({ ports }) => ports ?? []);
}

/** Pods with hostNetwork have their node's address. Those of kube-system that declare nothing serve nobody. */
function onNode(state: ClusterState, node: NodeFacts, packet: Flow): Listening {
  const port = portNumber(packet.destination);
  const isHealthCheck = state.servicesOnNodePort(port).some(({ spec }) => spec.healthCheckNodePort === port);
  if (packet.protocol === 'tcp' && (nodePorts.includes(port) || isHealthCheck)) return 'yes';
  const answers = node.addresses
    .flatMap((ip) => state.podsAt(ip))
    .filter(
      (pod) =>
        pod.spec.hostNetwork && (pod.metadata.namespace !== 'kube-system' || declaredPorts(pod).length > 0),
    )
    .map((pod) => (declaredPorts(pod).length === 0 ? 'undeclared' : inPod(state, pod, packet)));
  if (answers.includes('yes')) return 'yes';
  return answers.includes('undeclared') ? 'undeclared' : 'no';
}
