/** Where the cluster's objects come from: parsed lists, or a dump that is searched. */
import { PredictionError } from '../errors.ts';
import { type Dump, hits, inMemory, isValueOf, objectAround, wholeText } from './json-bytes.ts';
import { type Segment, segmentsOf } from './segments.ts';

type ListedKind = 'Service' | 'Node' | 'ServiceCIDR';

/** Raw objects by what a prediction asks for; several sources together are one cluster. */
export interface Source {
  readonly objectsOf: (kind: ListedKind) => readonly unknown[];
  readonly slicesOf: (serviceName: string) => readonly unknown[];
  readonly podsNamed: (name: string) => readonly unknown[];
  readonly podsAt: (ip: string) => readonly unknown[];
}

/**
 * `kubectl get … -o json`: a List of any kinds, a typed list of the raw API, an array, or one object; as text,
 * as bytes, as a file that is read in parts, or parsed already.
 */
export type ObjectList = string | Uint8Array | Dump | object;

interface Loose {
  readonly kind?: string;
  readonly items?: readonly unknown[];
  readonly metadata?: { readonly name?: string; readonly labels?: Readonly<Record<string, string>> | null };
  readonly status?: { readonly podIP?: string; readonly podIPs?: readonly { readonly ip?: string }[] | null };
}

const serviceNameLabel = 'kubernetes.io/service-name';

/** From this size on, a text is searched instead of parsed. */
const largeBytes = 32 * 1024 * 1024;

/** @throws PredictionError when the text is not JSON. */
export function openSource(list: ObjectList): Source {
  if (typeof list === 'string') return parsedSource(parseText(list));
  const dump = list instanceof Uint8Array ? inMemory(list) : list;
  if (!isDump(dump)) return parsedSource(dump);
  return dump.size < largeBytes ? parsedSource(parseText(wholeText(dump))) : searchedSource(dump);
}

function isDump(list: object): list is Dump {
  return 'read' in list && typeof list.read === 'function';
}

function parseText(text: string): object {
  try {
    return JSON.parse(text) as object;
  } catch (error) {
    throw new PredictionError(`The dump of the cluster is not JSON: ${(error as Error).message}`);
  }
}

/** A list that is in memory anyway. */
export function parsedSource(list: object): Source {
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

/** A dump that is too large to parse: only the objects that are asked for are. */
export function searchedSource(dump: Dump): Source {
  const all = segmentsOf(dump);
  const segments = (kind: string): readonly Segment[] => all.filter((segment) => segment.kind === kind);
  let slices: Offsets | undefined;
  let pods: Offsets | undefined;
  let allPodIps: Offsets | undefined;
  const at = (kind: string, levels: number, offsets: readonly number[] | undefined) =>
    (offsets ?? []).flatMap((offset): Loose[] => {
      const object = objectAround(dump, offset, levels)?.value as Loose | undefined;
      // What looks like an object may be part of another one.
      return object?.metadata?.name !== undefined && (object.kind ?? kind) === kind ? [object] : [];
    });
  const offsetsOf = (kind: string, key: string, values: RegExp): Offsets =>
    offsetsBy(dump, segments(kind), key, values);
  return {
    objectsOf: (kind) => segments(kind).flatMap((segment) => itemsOf(dump, segment)),
    slicesOf: (name) => {
      slices ??= offsetsOf('EndpointSlice', `${serviceNameLabel}":`, /^[^:]*:\s*"([^"]*)"/g);
      const labelled = at('EndpointSlice', 3, slices.get(name));
      return labelled.filter(({ metadata }) => metadata?.labels?.[serviceNameLabel] === name);
    },
    podsNamed: (name) => {
      const found = segments('Pod').flatMap((segment) => [...hits(dump, segment, `"${name}"`)]);
      const named = found.map(({ offset }) => offset).filter((offset) => isValueOf(dump, offset, 'name'));
      return at('Pod', 2, named).filter((pod) => pod.metadata?.name === name && pod.status !== undefined);
    },
    podsAt: (ip) => {
      pods ??= offsetsOf('Pod', 'podIP":', /^[^:]*:\s*"([^"]*)"/g);
      if (!pods.has(ip)) allPodIps ??= offsetsOf('Pod', 'podIPs":', /(?<=^[^\]]*)"ip"\s*:\s*"([^"]*)"/g);
      return at('Pod', 2, pods.get(ip) ?? allPodIps?.get(ip)).filter((pod) => ipsOf(pod).includes(ip));
    },
  };
}

function itemsOf(dump: Dump, segment: Segment): readonly unknown[] {
  const text = wholeText(dump, segment);
  if (segment.isList) return (parseText(text) as Loose).items ?? [];
  return parseText(`[${text}]`) as readonly unknown[];
}

/** Offsets of a key, by the strings that are its value. */
type Offsets = ReadonlyMap<string, readonly number[]>;

/**
 * @param key without its opening quote, with its colon: the offset before it is outside of any string.
 * @param values finds the strings in the text from the key on.
 */
function offsetsBy(dump: Dump, segments: readonly Segment[], key: string, values: RegExp): Offsets {
  const offsets = new Map<string, number[]>();
  for (const { offset, text } of segments.flatMap((segment) => [...hits(dump, segment, key)])) {
    for (const [, value = ''] of text.matchAll(values)) {
      const known = offsets.get(value);
      if (known === undefined) offsets.set(value, [offset - 1]);
      else known.push(offset - 1);
    }
  }
  return offsets;
}
