/** Whether something listens where a packet is delivered; manifests say it only half. */
import { isLoopback } from '../address.ts';
import { type Flow, portNumber } from '../flow.ts';
import type { NodeFacts } from '../state/node.ts';
import type { Pod } from '../state/objects.ts';
import type { ClusterState } from '../state/state.ts';
import type { Netns, World } from './world.ts';

/**
 * - `yes`: declared in containerPorts, or seen to listen;
 * - `no`: seen not to listen, or a node's port that no pod declares;
 * - `undeclared`: the pod declares other ports or none, or it is no pod. containerPorts are informational
 *   (core/v1 Container.ports), so the process may listen there all the same: both are predicted.
 */
export type Listening = 'yes' | 'no' | 'undeclared';

/** Ports that kubelet and kube-proxy have on every node, and on its loopback address (pkg/cluster/ports/ports.go, v1.37.0). */
const nodePorts = { everywhere: [10250, 10256], loopback: [10248, 10249] };

/** The pod that a packet is meant for, where an EndpointSlice or the person who asks named it. */
export type Meant = { readonly namespace: string; readonly name: string } | 'endpoint' | undefined;

/**
 * Looks at the pod that is meant, or the one that has the address; of a node, at all pods that share its network.
 * Where a slice was written by hand for a node's address, somebody says that something listens: `no` is too much.
 */
export function isListening({ state }: World, netns: Netns, packet: Flow, meant: Meant): Listening {
  if (netns.kind === 'outside') return 'undeclared';
  const named = meant === 'endpoint' ? undefined : meant?.name;
  const wanted = named ?? (netns.kind === 'pod' ? netns.pod.name : undefined);
  const atAddress = state.podsAt(packet.destination.ip);
  const pod = atAddress.find(({ metadata }) => metadata.name === wanted);
  if (pod !== undefined) return inPod(state, pod, packet);
  if (netns.kind === 'pod' || named !== undefined) return 'undeclared';
  const onThisNode = onNode(state, netns.node, packet);
  return meant === 'endpoint' && onThisNode === 'no' ? 'undeclared' : onThisNode;
}

function inPod(state: ClusterState, pod: Pod, packet: Flow): Listening {
  const port = portNumber(packet.destination);
  const seen = state.listening(pod.metadata.namespace, pod.metadata.name);
  if (seen !== undefined) {
    return seen.some((one) => one.port === port && one.protocol === packet.protocol) ? 'yes' : 'no';
  }
  const isDeclared = declaredPorts(pod).some(
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
  const ofKubernetes = [
    ...nodePorts.everywhere,
    ...(isLoopback(packet.destination.ip) ? nodePorts.loopback : []),
  ];
  if (packet.protocol === 'tcp' && (ofKubernetes.includes(port) || isHealthCheck)) return 'yes';
  const answers = node.addresses
    .flatMap((ip) => state.podsAt(ip))
    .filter(
      (pod) =>
        pod.spec.hostNetwork && (pod.metadata.namespace !== 'kube-system' || declaredPorts(pod).length > 0),
    )
    .map((pod) => inPod(state, pod, packet));
  if (answers.includes('yes')) return 'yes';
  return answers.includes('undeclared') ? 'undeclared' : 'no';
}
