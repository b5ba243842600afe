/** What is asked, and by whom. */
import { type Family, familyOf } from './address.ts';
import { PredictionError } from './errors.ts';

/**
 * Who asks: something outside the cluster on the nodes' network, a pod, or a process on a node. A pod with
 * hostNetwork is a process on its node.
 */
export type Client =
  | { readonly kind: 'outside'; readonly ips: readonly string[]; readonly name?: string }
  | { readonly kind: 'pod'; readonly namespace: string; readonly name: string }
  | { readonly kind: 'node'; readonly name: string };

/** What is asked. A Service port goes by number or by name. */
export type Target =
  | {
      readonly kind: 'service';
      readonly namespace: string;
      readonly name: string;
      readonly port: number | string;
    }
  | {
      readonly kind: 'load-balancer';
      readonly namespace: string;
      readonly name: string;
      readonly port: number | string;
    }
  | { readonly kind: 'pod'; readonly namespace: string; readonly name: string; readonly port: number }
  | { readonly kind: 'node'; readonly name: string; readonly port: number }
  | { readonly kind: 'address'; readonly ip: string; readonly port: number };

/** One probe. */
export interface ProbeRequest {
  readonly protocol: 'tcp' | 'udp';
  readonly client: Client;
  readonly target: Target;
  /** As it was typed; it stands in the Trace. */
  readonly text: string;
  /** Which address of a dual-stack target. Without it the first that the object has. */
  readonly family?: Family;
  /** Source port of the probe, where it is known. */
  readonly sourcePort?: number;
  /**
   * Nodes by which traffic from outside enters that is not meant for a node's own address: the node that
   * announces a load balancer's IP, or the gateway of the client's route. Without it, every node for
   * external IPs, every node that load balancers may use for theirs, and none for the addresses of Services
   * and pods.
   */
  readonly entryNodes?: readonly string[];
}

const namedTarget = /^(svc|lb|pod)\/([^/:]+)\/([^/:]+)$/;
const nodeTarget = /^node\/([^/:]+)$/;

/**
 * Reads `http://svc/NS/NAME:PORT/path` (`lb/…`, `pod/…`, `node/NAME:PORT`) and `http://ADDRESS:PORT/path`. The
 * port may be left out where the scheme has one (http, https), and be a name for Services.
 *
 * @throws PredictionError with the forms that are known.
 */
export function parseTarget(text: string): Target {
  const read =
    /^(?:(\w+):\/\/)?(\[[^\]]+\]|(?:svc|lb|pod)\/[^/:]+\/[^/:]+|node\/[^/:]+|[^/:]+)(?::([\w-]+))?(?:[/?#].*)?$/.exec(
      text,
    );
  const host = read?.[2]?.replace(/^\[|\]$/g, '');
  const port = read?.[3] ?? { http: '80', https: '443', dns: '53' }[read?.[1] ?? 'http'];
  if (/^\d+$/.test(port ?? '') && (Number(port) < 1 || Number(port) > 65_535))
    throw new PredictionError(`${text} has no port: ${port} is not a number from 1 to 65535.`);
  if (host !== undefined && port !== undefined) {
    const target = targetOf(host, /^\d+$/.test(port) ? Number(port) : port);
    if (target !== undefined) return target;
  }
  throw new PredictionError(
    `${text} is no target: http://svc/NS/NAME:PORT/path, http://lb/NS/NAME:PORT, http://pod/NS/NAME:PORT, http://node/NAME:PORT or http://ADDRESS:PORT is.`,
  );
}

function targetOf(host: string, port: number | string): Target | undefined {
  const [, kind, namespace, name] = namedTarget.exec(host) ?? [];
  if (namespace !== undefined && name !== undefined) {
    if (kind === 'svc') return { kind: 'service', namespace, name, port };
    if (kind === 'lb') return { kind: 'load-balancer', namespace, name, port };
    return typeof port === 'number' ? { kind: 'pod', namespace, name, port } : undefined;
  }
  if (typeof port !== 'number') return undefined;
  const node = nodeTarget.exec(host)?.[1];
  if (node !== undefined) return { kind: 'node', name: node, port };
  return familyOf(host) === undefined ? undefined : { kind: 'address', ip: host, port };
}

/** Reads `outside`, `pod/NS/NAME`, `node/NAME`; an address of the outside client has to be given with it. */
export function parseClient(text: string, outside: readonly string[] = []): Client {
  const [kind, first, second, more] = text.split('/');
  if (kind === 'outside' && first === undefined) return { kind: 'outside', ips: outside };
  if (kind === 'node' && first && second === undefined) return { kind: 'node', name: first };
  if (kind === 'pod' && first && second && more === undefined)
    return { kind: 'pod', namespace: first, name: second };
  throw new PredictionError(`${text} is no place to ask from: outside, pod/NS/NAME or node/NAME is.`);
}

/** `outside`, `pod/NS/NAME`, `node/NAME`. */
export function formatClient(client: Client): string {
  switch (client.kind) {
    case 'outside':
      return 'outside';
    case 'pod':
      return `pod/${client.namespace}/${client.name}`;
    case 'node':
      return `node/${client.name}`;
    default:
      return client satisfies never;
  }
}
