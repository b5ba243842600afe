/** The same thing as it was recorded in each mode: once, where the recordings agree. */
import { roleDictionary } from '../../lab/evidence/roles.ts';
import type { Evidence } from '../../lab/evidence/schema.ts';
import { normaliser } from '../../trace/normalise.ts';

export interface Variant {
  readonly cell: Evidence;
  readonly text: string;
}

export interface Variants {
  /** One, when all recordings have the same text. */
  readonly list: readonly Variant[];
  /** `names`: only addresses, ports and names differ. `content`: the two modes really do something else. */
  readonly difference: 'none' | 'names' | 'content';
}

export function variants(all: readonly Variant[]): Variants {
  const [first, ...others] = all;
  if (first === undefined) return { list: [], difference: 'none' };
  if (others.every(({ text }) => text === first.text)) return { list: [first], difference: 'none' };
  const shape = byRole(first);
  const same = others.every((other) => byRole(other) === shape);
  return { list: all, difference: same ? 'names' : 'content' };
}

/** The text with roles instead of names and addresses, and without what chance decides. */
export function byRole({ cell, text }: Variant): string {
  const nothing = new Set<number>();
  return normaliser(roleDictionary(cell, nothing), nothing)(text);
}
