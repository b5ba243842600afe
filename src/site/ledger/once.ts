/** A probe has one ledger on a page: the links to its rows would not know which of two is meant. */
import type { AstroGlobal } from 'astro';
import { EvidenceError } from '../evidence/error.ts';

const drawn = new WeakMap<object, Set<string>>();

/** @throws EvidenceError the second time. */
export function drawOnce(astro: AstroGlobal, probe: string): void {
  const { starlightRoute } = astro.locals;
  const ofPage = drawn.get(starlightRoute) ?? new Set<string>();
  drawn.set(starlightRoute, ofPage);
  if (ofPage.has(probe)) throw new EvidenceError(`the ledger of "${probe}" stands on this page already`);
  ofPage.add(probe);
}
