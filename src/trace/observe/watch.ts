/** All namespaces of a capture, read. */
import type { Capture, CapturedPlace } from './capture.ts';
import { hooksOf } from './hooks.ts';
import { type Lookups, readLookups } from './lookups.ts';
import { type NamespaceTrace, readNamespace, type Seen } from './passages.ts';
import { type Listings, readListings } from './rules.ts';

export interface Namespace {
  readonly place: CapturedPlace;
  readonly listings: Listings;
  readonly lookups: Lookups;
  readonly trace: NamespaceTrace;
}

export interface Watch {
  readonly capture: Capture;
  readonly namespaces: readonly Namespace[];
  /** Every packet that was seen anywhere, in the order of the places, then of arrival. */
  readonly all: readonly Seen[];
  readonly at: (place: CapturedPlace) => Namespace;
}

export function readCapture(capture: Capture): Watch {
  const namespaces = capture.places.map((place) => readPlace(place, capture.tracer));
  const byName = new Map(namespaces.map((namespace) => [namespace.place.name, namespace]));
  return {
    capture,
    namespaces,
    all: namespaces.flatMap(({ trace }) => trace.seen),
    at: (place) => byName.get(place.name) ?? readPlace(place, capture.tracer),
  };
}

function readPlace(place: CapturedPlace, tracer: string): Namespace {
  const listings = readListings(place);
  const trace = readNamespace(place, hooksOf(tracer, listings.ruleset));
  return { place, listings, lookups: readLookups(place), trace };
}
