/** Where the cluster's objects come from: parsed lists, or a dump that is searched. */
import { PredictionError } from '../errors.ts';
import { type Dump, hits, inMemory, isValueOf, objectAround, textAt, wholeText } from './json-bytes.ts';

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
  const only = onlyKind(dump);
  const has = (kind: string): boolean => only === undefined || only === kind;
  let slices: Offsets | undefined;
  let pods: Offsets | undefined;
  let allPodIps: Offsets | undefined;
  const at = (kind: string, levels: number, offsets: readonly number[] | undefined) =>
    (offsets ?? []).flatMap((offset): Loose[] => {
      const object = objectAround(dump, offset, levels) as Loose | undefined;
      // What looks like an object may be part of another one, or of another kind in a list of several.
      return object?.metadata?.name !== undefined && (object.kind ?? kind) === kind ? [object] : [];
    });
  const valuesOf = (key: string, value: string): number[] =>
    [...hits(dump, `"${value}"`)]
      .map(({ offset }) => offset)
      .filter((offset) => isValueOf(dump, offset, key));
  return {
    objectsOf: (kind) => {
      if (!has(kind)) return [];
      return only === undefined
        ? at(kind, 1, valuesOf('kind', kind))
        : ((parseText(wholeText(dump)) as Loose).items ?? []);
    },
    slicesOf: (name) => {
      if (!has('EndpointSlice')) return [];
      slices ??= offsetsBy(dump, `${serviceNameLabel}":`, /^[^:]*:\s*"([^"]*)"/g);
      const labelled = at('EndpointSlice', 3, slices.get(name));
      return labelled.filter(({ metadata }) => metadata?.labels?.[serviceNameLabel] === name);
    },
    podsNamed: (name) => {
      const named = has('Pod') ? at('Pod', 2, valuesOf('name', name)) : [];
      return named.filter(({ metadata, status }) => metadata?.name === name && status !== undefined);
    },
    podsAt: (ip) => {
      if (!has('Pod')) return [];
      pods ??= offsetsBy(dump, 'podIP":', /^[^:]*:\s*"([^"]*)"/g);
      if (!pods.has(ip)) allPodIps ??= offsetsBy(dump, 'podIPs":', /(?<=^[^\]]*)"ip"\s*:\s*"([^"]*)"/g);
      return at('Pod', 2, pods.get(ip) ?? allPodIps?.get(ip)).filter((pod) => ipsOf(pod).includes(ip));
    },
  };
}

/** Offsets of a key, by the strings that are its value. */
type Offsets = ReadonlyMap<string, readonly number[]>;

/**
 * @param key without its opening quote, with its colon: the offset before it is outside of any string.
 * @param values finds the strings in the text from the key on.
 */
function offsetsBy(dump: Dump, key: string, values: RegExp): Offsets {
  const offsets = new Map<string, number[]>();
  for (const { offset, text } of hits(dump, key)) {
    for (const [, value = ''] of text.matchAll(values)) {
      const known = offsets.get(value);
      if (known === undefined) offsets.set(value, [offset - 1]);
      else known.push(offset - 1);
    }
  }
  return offsets;
}

/**
 * The one kind that a list is of: its own (`PodList`), or that of its first and last item, because kubectl
 * prints one kind after another. Undefined: more than one.
 */
function onlyKind(dump: Dump): string | undefined {
  const ends = [0, dump.size - sampleBytes].map((offset) => Math.max(0, offset));
  const texts = ends.map((offset) => textAt(dump, offset, sampleBytes));
  for (const text of [texts[0]?.slice(0, 400), texts[1]?.slice(-400)]) {
    const typed = /"kind"\s*:\s*"(\w+)List"/.exec(text ?? '')?.[1];
    if (typed !== undefined) return typed;
  }
  const [first, last] = texts.map((text, index) => {
    const named = [...text.matchAll(/"kind"\s*:\s*"(?!List")(\w+)"/g)];
    const inOrder = index === 0 ? named : named.reverse();
    return inOrder.find((kind) => isItem(objectAround(dump, (ends[index] ?? 0) + kind.index, 1)))?.[1];
  });
  return first === last ? first : undefined;
}

/** Where the kinds of the first and last item are looked for; an object has at most 1.5 MB (etcd). */
const sampleBytes = 2 * 1024 * 1024;

function isItem(object: unknown): boolean {
  return (
    typeof object === 'object' &&
    object !== null &&
    'apiVersion' in object &&
    (object as Loose).metadata?.name !== undefined
  );
}
