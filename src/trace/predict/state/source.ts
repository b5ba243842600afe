/** Where the cluster's objects come from: parsed lists, or a dump that is searched. */
import { PredictionError } from '../errors.ts';
import { type Dump, hits, inMemory, isValueOf, objectAround, wholeText } from './json-bytes.ts';
import { type Segment, segmentsOf } from './segments.ts';

type ListedKind = 'Service' | 'Node' | 'ServiceCIDR';
type NamedKind = 'Node' | 'Pod';

/** Raw objects by what a prediction asks for; several sources together are one cluster. */
export interface Source {
  readonly objectsOf: (kind: ListedKind) => readonly unknown[];
  readonly slicesOf: (serviceName: string) => readonly unknown[];
  /** Slices with an endpoint that has the address. */
  readonly slicesWith: (ip: string) => readonly unknown[];
  readonly named: (kind: NamedKind, name: string) => readonly unknown[];
  readonly podsAt: (ip: string) => readonly unknown[];
  readonly nodesAt: (address: string) => readonly unknown[];
  readonly nodesWithPodCIDR: (isIt: (cidr: string) => boolean) => readonly unknown[];
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
  readonly spec?: { readonly podCIDR?: string; readonly podCIDRs?: readonly string[] | null };
  readonly status?: {
    readonly podIP?: string;
    readonly podIPs?: readonly { readonly ip?: string }[] | null;
    readonly addresses?: readonly { readonly address?: string }[] | null;
  };
  /** Of an EndpointSlice. */
  readonly endpoints?: readonly { readonly addresses?: readonly string[] }[] | null;
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
    slicesWith: (ip) => of('EndpointSlice').filter((slice) => endpointsOf(slice).includes(ip)),
    named: (kind, name) => of(kind).filter(({ metadata }) => metadata?.name === name),
    podsAt: (ip) => of('Pod').filter((pod) => ipsOf(pod).includes(ip)),
    nodesAt: (address) => of('Node').filter((node) => addressesOf(node).includes(address)),
    nodesWithPodCIDR: (isIt) => of('Node').filter((node) => podCIDRsOf(node).some(isIt)),
  };
}

function ipsOf({ status }: Loose): readonly (string | undefined)[] {
  return [status?.podIP, ...(status?.podIPs ?? []).map(({ ip }) => ip)];
}

function endpointsOf({ endpoints }: Loose): readonly string[] {
  return (endpoints ?? []).flatMap(({ addresses }) => addresses ?? []);
}

function addressesOf({ status }: Loose): readonly (string | undefined)[] {
  return (status?.addresses ?? []).map(({ address }) => address);
}

function podCIDRsOf({ spec }: Loose): readonly string[] {
  return spec?.podCIDRs ?? (spec?.podCIDR === undefined ? [] : [spec.podCIDR]);
}

/** A dump that is too large to parse: only the objects that are asked for are. */
export function searchedSource(dump: Dump): Source {
  const all = segmentsOf(dump);
  const segments = (kind: string): readonly Segment[] => all.filter((segment) => segment.kind === kind);
  const at = (kind: string, levels: number, offsets: readonly number[] | undefined) =>
    (offsets ?? []).flatMap((offset): Loose[] => {
      const object = objectAround(dump, offset, levels)?.value as Loose | undefined;
      // What looks like an object may be part of another one.
      return object?.metadata?.name !== undefined && (object.kind ?? kind) === kind ? [object] : [];
    });
  // Each is made when it is first asked for.
  const index = (kind: string, key: string, values: RegExp): (() => Offsets) => {
    let made: Offsets | undefined;
    return () => {
      made ??= offsetsBy(dump, segments(kind), key, values);
      return made;
    };
  };
  const slices = index('EndpointSlice', `${serviceNameLabel}":`, oneValue);
  const endpoints = index('EndpointSlice', 'addresses":', /(?<=^[^\]]*[[,]\s*)"([^"]*)"/g);
  const pods = index('Pod', 'podIP":', oneValue);
  const allPodIps = index('Pod', 'podIPs":', /(?<=^[^\]]*)"ip"\s*:\s*"([^"]*)"/g);
  const nodeAddresses = index('Node', 'address":', oneValue);
  const podCIDRs = index('Node', 'podCIDRs":', /(?<=^[^\]]*[[,]\s*)"([^"]*)"/g);
  return {
    objectsOf: (kind) => segments(kind).flatMap((segment) => itemsOf(dump, segment)),
    slicesOf: (name) => {
      const labelled = at('EndpointSlice', 3, slices().get(name));
      return labelled.filter(({ metadata }) => metadata?.labels?.[serviceNameLabel] === name);
    },
    slicesWith: (ip) => {
      const found = at('EndpointSlice', 2, endpoints().get(ip));
      return found.filter((slice) => endpointsOf(slice).includes(ip));
    },
    named: (kind, name) => {
      const found = segments(kind).flatMap((segment) => [...hits(dump, segment, `"${name}"`)]);
      const named = found.map(({ offset }) => offset).filter((offset) => isValueOf(dump, offset, 'name'));
      return at(kind, 2, named).filter((one) => one.metadata?.name === name && one.status !== undefined);
    },
    podsAt: (ip) => {
      const found = at('Pod', 2, pods().get(ip) ?? allPodIps().get(ip));
      return found.filter((pod) => ipsOf(pod).includes(ip));
    },
    nodesAt: (address) => {
      const found = at('Node', 3, nodeAddresses().get(address));
      return found.filter((node) => addressesOf(node).includes(address));
    },
    nodesWithPodCIDR: (isIt) => {
      const found = [...podCIDRs()].flatMap(([cidr, offsets]) => (isIt(cidr) ? offsets : []));
      return at('Node', 2, found).filter((node) => podCIDRsOf(node).some(isIt));
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

/** The string that is the value of a key. */
const oneValue = /^[^:]*:\s*"([^"]*)"/g;

/**
 * @param key without its opening quote, with its colon: the offset before it is outside of any string.
 * @param values finds the strings in the text from the key on.
 */
function offsetsBy(dump: Dump, segments: readonly Segment[], key: string, values: RegExp): Offsets {
  const offsets = new Map<string, number[]>();
  for (const segment of segments) {
    for (const { offset, text } of hits(dump, segment, key)) {
      for (const [, value = ''] of text.matchAll(values)) {
        const known = offsets.get(value);
        if (known === undefined) offsets.set(value, [offset - 1]);
        else known.push(offset - 1);
      }
    }
  }
  return offsets;
}
