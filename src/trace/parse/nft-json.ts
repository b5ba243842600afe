/**
 * `nft -j -a list ruleset`: the same as the text, but rules are expression trees (libnftables-json(5)).
 * Used where structure matters more than wording: which chain jumps where, what a map holds.
 */
import { z } from 'zod';

const rowSchema = z.looseObject({
  family: z.string(),
  table: z.string().optional(),
  name: z.string().optional(),
  chain: z.string().optional(),
  handle: z.int().optional(),
  comment: z.string().optional(),
});

export interface NftJsonRow {
  /** `table`, `chain`, `rule`, `set`, `map`, … */
  readonly kind: string;
  readonly family: string;
  readonly table?: string;
  /** Of a rule: the chain it is in. Of anything else: its own name. */
  readonly name?: string;
  readonly handle?: number;
  readonly comment?: string;
  /** Everything nft said about it: hook and policy of a chain, `expr` of a rule, `elem` of a set. */
  readonly row: Readonly<Record<string, unknown>>;
}

export interface NftJson {
  readonly rows: readonly NftJsonRow[];
  /** As JSON: the `metainfo` object and rows of a shape that this parser does not know; or the whole text. */
  readonly unknown: readonly string[];
}

/** Never throws: what is no JSON, or not nft's, comes back whole in `unknown`. */
export function parseNftJson(text: string): NftJson {
  const objects = z
    .looseObject({ nftables: z.array(z.record(z.string(), z.unknown())) })
    .safeParse(readJson(text));
  if (!objects.success) return { rows: [], unknown: text.trim() === '' ? [] : [text] };
  const rows: NftJsonRow[] = [];
  const unknown: string[] = [];
  for (const object of objects.data.nftables) {
    for (const [kind, value] of Object.entries(object)) {
      const row = rowSchema.safeParse(value);
      if (row.success) {
        const { family, table, chain, handle, comment } = row.data;
        const name = chain ?? row.data.name;
        rows.push({
          kind,
          family,
          ...(table === undefined ? {} : { table }),
          ...(name === undefined ? {} : { name }),
          ...(handle === undefined ? {} : { handle }),
          ...(comment === undefined ? {} : { comment }),
          row: row.data,
        });
      } else unknown.push(JSON.stringify({ [kind]: value }));
    }
  }
  return { rows, unknown };
}

/** JSON.parse that answers undefined for what is no JSON. */
export function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON: an error message of the tool, or an output that was cut off. The caller keeps the text.
    return undefined;
  }
}
