/** One row of the matrix: who asks what, what the pod sees, and which node keeps the connection in mind. */
import type { LabInput } from '../../../src/lab/schema/lab.ts';
import { byMode, type ModeCheck } from '../../common/by-mode.ts';
import { value } from '../../common/trace-checks.ts';

type Step = LabInput['steps'][number];

export interface Row {
  readonly id: string;
  /** Before the question: what is new in this row. */
  readonly say?: string;
  /** Subject of the row's claims: `Client, policy Cluster, pod on another node`. */
  readonly who: string;
  readonly from: string;
  /** Address and port that are asked, as a template. */
  readonly asks: string;
  readonly sees: Sees;
  readonly entries: readonly Entry[];
  /** What its way has of its own in iptables mode, and in nftables mode. */
  readonly byMode?: readonly [ModeCheck, ModeCheck];
}

interface Sees {
  /** `the pod sees …` */
  readonly whose: string;
  readonly ip: string;
  readonly port: 'kept' | 'new';
  /** Where that address is the one, if not everywhere: what the row's entries say of it holds there, too. */
  readonly scope?: string;
}

interface Entry {
  /** Role of the node. */
  readonly on: string;
  /** Expression for the connection's source port as it comes to this node; left out: the probe's own. */
  readonly sourcePort?: string;
  /** Source, destination with port, and then the same of the answer that it expects: expressions. */
  readonly tuples: readonly [string, string, string, string];
  /** `kept`: the source is the same in both tuples, its port included. */
  readonly source: 'kept' | 'new';
  readonly claim: string;
}

const port = (ip: string, number: number) => `${ip} & ':${number}'`;
const podSide = 'nodes.worker2.podSideIp';
const kindnet = 'cni:kindnet';

/** Address and port of a Service's door: as a template to ask it, and as an expression to find it in a tuple. */
const door = (ip: string, number: number) => ({ asks: `{{ ${ip} }}:${number}`, at: port(ip, number) });
export const doors = {
  cluster: door('nodes.worker.ip', 30040),
  clusterHere: door('nodes.worker2.ip', 30040),
  local: door('nodes.worker.ip', 30041),
  localHere: door('nodes.worker2.ip', 30041),
  clusterIp: { asks: '{{ services.cart.clusterIP }}', at: port('services.cart.clusterIP', 80) },
} as const;

/** The two tuples of an entry: from whom to which door, and from cart to whom the answer is to go. */
export const toCart = (
  source: string,
  { at }: { readonly at: string },
  answerTo: string,
): Entry['tuples'] => [source, at, port("pods[app='cart'].ip", 8080), answerTo];

/** What a pod sees: the address of who asks, as it was. */
export const seesOwn = (whose: string, ip: string): Sees => ({ whose, ip, port: 'kept' });
/** An address of worker, by which a packet leaves it towards the pod. */
export const seesWorker = (whose: string): Sees => ({
  whose,
  ip: 'nodes.worker.ip',
  port: 'new',
  scope: kindnet,
});
/** An address of worker2, on the pod's cable. */
export const seesPodSide = (whose: string): Sees => ({ whose, ip: podSide, port: 'new', scope: kindnet });
export { podSide };

/** Asks what the pod sees, looks up the entry, follows the same request over every hop. */
export function steps(row: Row): LabInput['steps'] {
  return [ask(row), ...row.entries.map((entry, index) => lookUp(row, entry, index)), follow(row)];
}

const scoped = ({ scope }: Sees) => (scope === undefined ? {} : { scope });
const localPort = (id: string) => value(`see-${id}`, 'local.port');

function ask({ id, say, who, from, asks, sees }: Row): Step {
  const body = value(`see-${id}`, 'body');
  return {
    kind: 'probe',
    id: `see-${id}`,
    ...(say === undefined ? {} : { say }),
    from,
    url: `http://${asks}/clientip`,
    checks: [
      {
        id: `sees-${id}`,
        claim: `${who}: the pod sees ${sees.whose}${sees.port === 'kept' ? ', and its source port' : ''}.`,
        value: sees.port === 'kept' ? body : `$substringBefore(${body}, ':')`,
        expect: {
          same: sees.port === 'kept' ? `${sees.ip} & ':' & $string(${localPort(id)})` : sees.ip,
        },
        ...scoped(sees),
      },
    ],
  };
}

function lookUp({ id: row, who, sees }: Row, entry: Entry, index: number): Step {
  const nth = index === 0 ? '' : `-${index + 1}`;
  const id = `entry-${row}${nth}`;
  const sourcePort = entry.sourcePort ?? localPort(row);
  const end = (tuple: 'original' | 'reply', side: 'source' | 'destination', ports: boolean) =>
    `${value(id, `${tuple}.${side}.ip`)}${ports ? ` & ':' & $string(${value(id, `${tuple}.${side}.port`)})` : ''}`;
  const kept = entry.source === 'kept';
  const [source, asked, server, answerTo] = entry.tuples;
  const ended = (ip: string) => (kept ? `${ip} & ':' & $string(${sourcePort})` : ip);
  return {
    kind: 'run',
    id,
    on: `node/${entry.on}`,
    command: [
      ...['conntrack', '-L', '-p', 'tcp'],
      // Another machine's connection may have the same port.
      ...['--orig-src', `{{ ${source} }}`],
      ...['--orig-port-src', `{{ ${sourcePort} }}`],
      ...['--orig-port-dst', `{{ ${value(`see-${row}`, 'remote.port')} }}`],
    ],
    parse: 'conntrack',
    // Its state and its lifetime depend on the moment; the checks look at the tuples.
    compare: 'exit',
    checks: [
      {
        id: `keeps-${row}${nth}`,
        claim: `${who}: ${entry.claim}.`,
        value: `[${end('original', 'source', kept)}, ${end('original', 'destination', true)}, ${end('reply', 'source', true)}, ${end('reply', 'destination', kept)}]`,
        expect: { same: `[${[ended(source), asked, server, ended(answerTo)].join(', ')}]` },
        ...scoped(sees),
      },
    ],
  };
}

/** The places of a way, each written once where the packet stays in it: client, entry-node, pod. */
export const places = (step: string, way: 'request' | 'reply') =>
  `$map($map(${value(step, `${way}.hops`)}, function($hop) { $split($hop, '.')[1] }), function($place, $index, $all) { $index = 0 or $all[$index - 1] != $place ? $place })`;

function follow({ id, who, from, asks, byMode: modes }: Row): Step {
  const step = `way-${id}`;
  return {
    kind: 'trace',
    id: step,
    from: from.replace('netns/', 'pod/'),
    url: `http://${asks}/clientip`,
    checks: [
      {
        id: `${step}-as-predicted`,
        claim: `${who}: request and reply take the way that the objects predict, and the kernel reported the packet at every hop.`,
        value: `[${value(step, 'verdict')}, ${value(step, 'observed')} = ${value(step, 'hops')} and ${value(step, 'hops')} > 0]`,
        expect: { equals: ['equal', true] },
      },
      {
        id: `${step}-mirrored`,
        claim: `${who}: the reply passes the same places as the request, in the opposite order.`,
        value: `[${places(step, 'reply')}]`,
        expect: { same: `$reverse([${places(step, 'request')}])` },
      },
      ...(modes === undefined ? [] : byMode(...modes)),
    ],
  };
}
