/** One row of the matrix: who asks what, what the pod sees, and which node keeps the connection in mind. */
import type { LabInput } from '../../../src/lab/schema/lab.ts';

export interface Row {
  readonly id: string;
  /** Before the question: what is new in this row. */
  readonly say?: string;
  /** Subject of the row's claims: `Client, policy Cluster, pod on another node`. */
  readonly who: string;
  readonly from: string;
  /** Address and port that are asked, as a template. */
  readonly asks: string;
  readonly sees: {
    /** `the pod sees …` */
    readonly whose: string;
    readonly ip: string;
    readonly port: 'kept' | 'new';
    /** Where that holds, if not everywhere. */
    readonly scope?: string;
  };
  readonly entries: readonly {
    /** Role of the node. */
    readonly on: string;
    /** Expression for the connection's source port as it comes to this node; left out: the probe's own. */
    readonly sourcePort?: string;
    /** Source, destination with port, and then the same of the answer that it expects: expressions. */
    readonly tuples: readonly [string, string, string, string];
    readonly claim: string;
  }[];
}

const value = (step: string, field: string) => `steps.\`${step}\`.value.${field}`;
const port = (ip: string, number: number) => `${ip} & ':${number}'`;

/** Both addresses of cart's own socket. */
export const cart = port("pods[app='cart'].ip", 8080);
export { port };

/** Asks what the pod sees, looks up the entry, follows the same request over every hop. */
export function steps(row: Row): LabInput['steps'] {
  return [ask(row), ...row.entries.map((entry, index) => lookUp(row, entry, index)), follow(row)];
}

function ask({ id, say, who, from, asks, sees }: Row): LabInput['steps'][number] {
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
          same:
            sees.port === 'kept'
              ? `${sees.ip} & ':' & $string(${value(`see-${id}`, 'local.port')})`
              : sees.ip,
        },
        ...(sees.scope === undefined ? {} : { scope: sees.scope }),
      },
    ],
  };
}

function lookUp(row: Row, entry: Row['entries'][number], index: number): LabInput['steps'][number] {
  const id = `entry-${row.id}${index === 0 ? '' : `-${index + 1}`}`;
  const end = (tuple: 'original' | 'reply', side: 'source' | 'destination', ports: boolean) =>
    `${value(id, `${tuple}.${side}.ip`)}${ports ? ` & ':' & $string(${value(id, `${tuple}.${side}.port`)})` : ''}`;
  return {
    kind: 'run',
    id,
    on: `node/${entry.on}`,
    command: [
      'conntrack',
      '-L',
      '-p',
      'tcp',
      '--orig-port-src',
      `{{ ${entry.sourcePort ?? value(`see-${row.id}`, 'local.port')} }}`,
      '--orig-port-dst',
      `{{ ${value(`see-${row.id}`, 'remote.port')} }}`,
    ],
    parse: 'conntrack',
    // Its state and its lifetime depend on the moment; the checks look at the tuples.
    compare: 'exit',
    checks: [
      {
        id: `keeps-${row.id}${index === 0 ? '' : `-${index + 1}`}`,
        claim: `${row.who}: ${entry.claim}.`,
        value: `[${end('original', 'source', false)}, ${end('original', 'destination', true)}, ${end('reply', 'source', true)}, ${end('reply', 'destination', false)}]`,
        expect: { same: `[${entry.tuples.join(', ')}]` },
      },
    ],
  };
}

/** The places of a way, each written once where the packet stays in it: client, entry-node, pod. */
export const places = (step: string, way: 'request' | 'reply') =>
  `$map($map(${value(step, `${way}.hops`)}, function($hop) { $split($hop, '.')[1] }), function($place, $index, $all) { $index = 0 or $all[$index - 1] != $place ? $place })`;

function follow({ id, who, from, asks }: Row): LabInput['steps'][number] {
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
    ],
  };
}
