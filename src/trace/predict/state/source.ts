/** Where the cluster's objects come from: parsed lists, or the bytes of a dump. */
import type { Buffer } from 'node:buffer';
import { PredictionError } from '../errors.ts';
import { isValueOf, objectAround, occurrences, parseFrom, searchable, stringAfter } from './json-bytes.ts';

/** Raw objects by what a prediction asks for; several sources together are one cluster. */
export interface Source {
  readonly objectsOf: (kind: 'Service' | 'Node') => readonly unknown[];
  readonly slicesOf: (serviceName: string) => readonly unknown[];
  readonly podsNamed: (name: string) => readonly unknown[];
  readonly podsAt: (ip: string) => readonly unknown[];
}

interface Loose {
  readonly kind?: string;
  readonly items?: readonly unknown[];
  readonly metadata?: { readonly name?: string; readonly labels?: Readonly<Record<string, string>> | null };
  readonly spec?: object;
  readonly status?: { readonly podIP?: string; readonly podIPs?: readonly { readonly ip?: string }[] | null };
}

const serviceNameLabel = 'kubernetes.io/service-name';

/** From this size on, a text is searched instead of parsed. */
const largeBytes = 32 * 1024 * 1024;

/**
 * One `kubectl get … -o json`: a List of any kinds, a typed list of the raw API, an array, or one object; as
 * text, as bytes, or parsed already.
 *
 * @throws PredictionError when the text is not JSON.
 */
export function openSource(list: string | Uint8Array | object): Source {
  if (list instanceof Uint8Array) return list.byteLength < largeBytes ? parsed(parseText(list)) : dump(list);
  return parsed(typeof list === 'string' ? parseText(list) : list);
}

function parseText(text: string | Uint8Array): object {
  try {
    return JSON.parse(typeof text === 'string' ? text : searchable(text).toString('utf8')) as object;
  } catch (error) {
    throw new PredictionError(`The dump of the cluster is not JSON: ${(error as Error).message}`);
  }
}

function parsed(list: object): Source {
  const listKind = (list as Loose).kind?.replace(/List$/, '');
  const items = (Array.isArray(list) ? list : ((list as Loose).items ?? [list])) as readonly Loose[];
  const byKind = Map.groupBy(items, (item) => item.kind ?? listKind ?? '');
  const of = (kind: string): readonly Loose[] => byKind.get(kind) ?? [];
  return {
    objectsOf: of,
    slicesOf: (name) =>
      of('EndpointSlice').filter((slice) => slice.metadata?.labels?.[serviceNameLabel] === name),
    podsNamed: (name) => of('Pod').filter((pod) => pod.metadata?.name === name),
    podsAt: (ip) => of('Pod').filter((pod) => ipsOf(pod).includes(ip)),
  };
}

function ipsOf({ status }: Loose): readonly (string | undefined)[] {
  return [status?.podIP, ...(status?.podIPs ?? []).map(({ ip }) => ip)];
}

function dump(list: Uint8Array): Source {
  const bytes = searchable(list);
  const kinds = kindsOf(bytes);
  const has = (kind: string): boolean => kinds === undefined || kinds.includes(kind);
  let slices: Map<string, number[]> | undefined;
  let pods: Map<string, number[]> | undefined;
  let secondAddresses: Map<string, number[]> | undefined;
  return {
    objectsOf: (kind) => (has(kind) ? allOf(bytes, kind, kinds?.length === 1) : []),
    slicesOf: (name) => {
      if (!has('EndpointSlice')) return [];
      slices ??= offsetsBy(bytes, `${serviceNameLabel}":`);
      return objectsAt(
        bytes,
        slices.get(name),
        3,
        (object) => object.metadata?.labels?.[serviceNameLabel] === name,
      );
    },
    podsNamed: (name) => {
      if (!has('Pod')) return [];
      const named = [...occurrences(bytes, `"${name}"`)].filter((at) => isValueOf(bytes, at, 'name'));
      return objectsAt(
        bytes,
        named,
        2,
        (object) => object.metadata?.name === name && object.status !== undefined,
      );
    },
    podsAt: (ip) => {
      if (!has('Pod')) return [];
      pods ??= offsetsBy(bytes, 'podIP":');
      if (!pods.has(ip)) secondAddresses ??= secondAddressOffsets(bytes);
      const offsets = pods.get(ip) ?? secondAddresses?.get(ip);
      return objectsAt(bytes, offsets, 2, (object) => ipsOf(object).includes(ip));
    },
  };
}

/**
 * The kinds of a list: of the list itself (`PodList`), or of its first and last item, because kubectl prints
 * one kind after another. Undefined: more than one.
 */
function kindsOf(bytes: Buffer): readonly string[] | undefined {
  const ends = [bytes.toString('latin1', 0, 400), bytes.toString('latin1', Math.max(0, bytes.length - 400))];
  for (const end of ends) {
    const typed = /"kind"\s*:\s*"(\w+)List"/.exec(end)?.[1];
    if (typed !== undefined) return [typed];
  }
  const first = bytes.indexOf('{', bytes.indexOf('"items"'));
  const last = bytes.lastIndexOf('"metadata"', bytes.lastIndexOf(']'));
  const kinds = [parseFrom(bytes, first), objectAround(bytes, last, 1)].map(
    (item) => (item as Loose | undefined)?.kind,
  );
  return kinds[0] !== undefined && kinds[0] === kinds[1] ? [kinds[0]] : undefined;
}

function allOf(bytes: Buffer, kind: string, alone: boolean): readonly unknown[] {
  if (alone) return (parseText(bytes) as Loose).items ?? [];
  const named = [...occurrences(bytes, `"${kind}"`)].filter((at) => isValueOf(bytes, at, 'kind'));
  return objectsAt(
    bytes,
    named,
    1,
    (object) => object.metadata?.name !== undefined && object.spec !== undefined,
  );
}

/** Offsets of a key (without its opening quote, with its colon), by the string that is its value. */
function offsetsBy(bytes: Buffer, key: string): Map<string, number[]> {
  const offsets = new Map<string, number[]>();
  for (const at of occurrences(bytes, key)) {
    const value = stringAfter(bytes, at + key.length);
    // One byte before the text is the quote of the key: outside of any string.
    if (value !== undefined) push(offsets, value, at - 1);
  }
  return offsets;
}

/** Of Pods, by all addresses; `podIP` is the first of them. */
function secondAddressOffsets(bytes: Buffer): Map<string, number[]> {
  const offsets = new Map<string, number[]>();
  for (const at of occurrences(bytes, 'podIPs":')) {
    const list = bytes.toString('latin1', at, bytes.indexOf(']', at));
    for (const [, ip] of list.matchAll(/"ip"\s*:\s*"([^"]+)"/g)) push(offsets, ip as string, at - 1);
  }
  return offsets;
}

function push(offsets: Map<string, number[]>, key: string, at: number): void {
  const known = offsets.get(key);
  if (known === undefined) offsets.set(key, [at]);
  else known.push(at);
}

function objectsAt(
  bytes: Buffer,
  offsets: readonly number[] | undefined,
  levels: number,
  isIt: (object: Loose) => boolean,
): readonly unknown[] {
  return (offsets ?? [])
    .map((at) => objectAround(bytes, at, levels) as Loose)
    .filter((object) => object && isIt(object));
}
