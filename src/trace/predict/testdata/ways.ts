/** Short words for predicted traces, so that a test shows the whole way at a glance. */
import type { Hop } from '../../hop.ts';
import { formatEndpoint } from '../../packet.ts';
import type { Trace } from '../../trace.ts';
import { predict } from '../predict.ts';
import { type Client, parseClient, parseTarget, type ProbeRequest } from '../probe.ts';
import type { ClusterState } from '../state/state.ts';

export interface Way {
  /** `client.sent`, `entry-node.marked`; with what changed: `entry-node.dnat 10.244.1.2:8080`. */
  readonly request: readonly string[];
  readonly reply: readonly string[];
  /** Ends of request and reply. */
  readonly ends: readonly [string, string];
  /** Address of the client as the last place of the request sees it. */
  readonly sees: string;
}

export const outside: Client = { kind: 'outside', ips: ['172.18.0.9', 'fc00:f853::9'] };

/** Predicted ways by name of the path. `from` is `outside`, `pod/NS/NAME` or `node/NAME`. */
export function ways(
  state: ClusterState,
  from: string,
  target: string,
  more: Partial<ProbeRequest> = {},
): Record<string, Way> {
  const client = from === 'outside' ? outside : parseClient(from);
  const probe = { protocol: 'tcp', client, target: parseTarget(target), text: target, ...more } as const;
  return waysOf(predict(state, probe));
}

export function waysOf(traces: readonly Trace[]): Record<string, Way> {
  const requests = traces.filter(({ direction }) => direction === 'request');
  return Object.fromEntries(
    requests.map((request) => {
      const reply = traces.find(({ path, direction }) => path === request.path && direction === 'reply') as Trace;
      const last = request.hops.at(-1);
      const way: Way = {
        request: request.hops.map(short),
        reply: reply.hops.map(short),
        ends: [request.end.kind, reply.end.kind],
        sees: last ? formatEndpoint({ ip: (last.after ?? last.packet).source.ip }) : '',
      };
      return [request.path, way];
    }),
  );
}

function short(hop: Hop): string {
  const { id, hook, action, packet, after } = hop;
  const role = id.split('.')[1] ?? '';
  const again = /\.(\d+)$/.exec(id)?.[1];
  const base = `${role}.${action === 'dropped' || action === 'rejected' ? `${hook}.` : ''}${action}${again ? `.${again}` : ''}`;
  if (after === undefined) return base;
  const isDestination = action === 'dnat' || action === 'un-snat';
  return `${base} ${formatEndpoint(isDestination ? after.destination : { ip: after.source.ip, ...portIfSaid(after.source) })}`;
}

function portIfSaid({ port }: { port?: Hop['packet']['source']['port'] }) {
  return typeof port === 'number' ? { port } : {};
}
