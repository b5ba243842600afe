/** Places, addresses and groups of networks that the steps of this lab share. */
import type { LabInput } from '../../../src/lab/schema/lab.ts';

export type Steps = LabInput['steps'];

export const roles = ['control-plane', 'worker', 'worker2'] as const;
export type Role = (typeof roles)[number];

/** Which pod is on which node. */
export const placed = [
  ['shop', 'worker'],
  ['neighbour', 'worker'],
  ['cart', 'worker2'],
  ['office', 'control-plane'],
] as const satisfies readonly (readonly [string, Role])[];

/** Networks whose packets cross the nodes' network as the pods sent them. */
export const routed = ['kindnet', 'by-hand', 'flannel-host-gw', 'bgp'] as const;
/** Networks that this lab makes itself, in a cluster that has none. */
export const made = ['by-hand', 'flannel-vxlan', 'flannel-host-gw', 'bgp'] as const;
/** Of these, those whose CNI configuration is written by hand. */
export const conflistByHand = ['by-hand', 'bgp'] as const;
export const flannel = ['flannel-vxlan', 'flannel-host-gw'] as const;

/** A node of the facts, in an expression. */
export const node = (role: Role) => `nodes.\`${role}\``;
/** Arguments of a route to a node's pods, by way of that node. */
export const rangeVia = (role: Role) => [`{{ ${node(role)}.podCIDR }}`, 'via', `{{ ${node(role)}.ip }}`];
/** Hops of a request from pod to pod on two nodes, when both only route it. */
export const routedByBoth = [
  'forward.client-pod.output.sent',
  'forward.client-node.forward.routed',
  'forward.pod-node.forward.routed',
  'forward.pod.input.delivered',
];
export const pod = (app: string) => `pods[app='${app}']`;
export const podUrl = (app: string, path: string) => `http://{{ ${pod(app)}.ip }}:8080/${path}`;
/** The pod with tcpdump, ping and BIRD in a node's own network. */
export const toolsOn = (role: Role) => `pod/{{ pods[app='tools' and node='${role}'].name }}`;
export const step = (id: string, field = 'out') => `steps.\`${id}\`.${field}`;
