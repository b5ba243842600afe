/** Where nothing is sent because a name leads nowhere: what the cluster's DNS really says about it. */
import { CommandError, type Exec } from '../../host/exec.ts';
import type { Target } from '../../trace/predict/probe.ts';
import type { ClusterState } from '../../trace/predict/state/state.ts';
import { type End, type ProxyMode, type Trace, traceSchemaVersion } from '../../trace/trace.ts';
import { dnsQuery } from './payload.ts';

export interface NameAnswer {
  /** RFC 1035 §4.1.1: 0 no error, 3 no such name. */
  readonly code: number;
  /** Types of the records: 1 A, 5 CNAME, 28 AAAA. */
  readonly types: readonly number[];
}

/**
 * The trace of a probe that no packet is sent for.
 *
 * @returns nothing when the name does lead somewhere: then there is no such trace.
 */
export async function observeNoPath(
  exec: Exec,
  node: string,
  state: ClusterState,
  target: Target,
  { proxyMode, probe }: { readonly proxyMode: ProxyMode; readonly probe: Trace['probe'] },
): Promise<readonly Trace[]> {
  const text = await whyNoPath(exec, node, state, target);
  if (text === undefined) return [];
  const trace = (direction: Trace['direction'], end: End): Trace => ({
    schema: traceSchemaVersion,
    direction,
    path: 'no-path',
    proxyMode,
    probe,
    hops: [],
    end,
    notes: [],
  });
  return [
    trace('request', { kind: 'no-path', text }),
    trace('reply', { kind: 'unanswered', text: 'nothing was asked' }),
  ];
}

async function whyNoPath(
  exec: Exec,
  node: string,
  state: ClusterState,
  target: Target,
): Promise<string | undefined> {
  if (target.kind === 'load-balancer') {
    const service = state.service(target.namespace, target.name);
    const ingress = service?.status?.loadBalancer?.ingress ?? [];
    return ingress.length > 0 ? undefined : 'status.loadBalancer has no address';
  }
  if (target.kind !== 'service') return undefined;
  const name = `${target.name}.${target.namespace}.svc.cluster.local`;
  const server = state.service('kube-system', 'kube-dns')?.spec.clusterIP;
  if (server === undefined) return undefined;
  const { code, types } = await askName(exec, node, server, name);
  if (types.includes(5)) return `DNS answers with another name (CNAME) for ${name}`;
  if (types.length > 0) return undefined;
  return code === 3 ? `DNS knows no name ${name}` : `DNS has no address for ${name}`;
}

/** Asks from a node, whose own resolver is not the cluster's. */
async function askName(exec: Exec, node: string, server: string, name: string): Promise<NameAnswer> {
  const question = Buffer.from(dnsQuery(name, 1)).toString('base64');
  const script = `exec {s}<>/dev/udp/${server}/53 && base64 --decode <<<${question} >&$s && timeout 3 dd bs=4096 count=1 status=none <&$s | base64 --wrap=0`;
  const { stdout, argv } = await exec(['docker', 'exec', node, 'bash', '-c', script]);
  const answer = readAnswer(Buffer.from(stdout, 'base64'));
  if (answer !== undefined) return answer;
  const failure = { outcome: 'exited', exitCode: 0, stdout, timeoutMs: 3_000 } as const;
  throw new CommandError({ argv, ...failure, stderr: `${server} did not answer a question for ${name}` });
}

/** Code and record types of an answer with one question (RFC 1035 §4.1). Undefined when it is no answer. */
export function readAnswer(packet: Uint8Array): NameAnswer | undefined {
  if (packet.length < 12) return undefined;
  const bytes = new DataView(packet.buffer, packet.byteOffset, packet.byteLength);
  const types: number[] = [];
  let at = afterName(packet, 12) + 4;
  for (let left = bytes.getUint16(6); left > 0; left--) {
    const record = afterName(packet, at);
    if (record + 10 > packet.length) return undefined;
    types.push(bytes.getUint16(record));
    at = record + 10 + bytes.getUint16(record + 8);
  }
  return { code: bytes.getUint8(3) & 0xf, types };
}

/** A name ends with a zero, or with a pointer of two bytes. */
function afterName(packet: Uint8Array, start: number): number {
  let at = start;
  for (;;) {
    const length = packet[at] ?? 0;
    if (length === 0) return at + 1;
    if (length >= 0xc0) return at + 2;
    at += length + 1;
  }
}
