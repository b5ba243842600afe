/** Addresses on the site of what a ledger draws: of its rows on the page, and of the files behind it. */

/** `trace-other-node.forward.entry-node.prerouting.dnat`: the same in every mode, so that a link outlives the choice. */
export function rowAnchor(probe: string, row: string): string {
  return `${probe}.${row}`;
}

/** Raw lines (`txt`) or the traces themselves (`json`). @param base where the site lives, `/` or `/hop/` */
export function evidenceHref(
  base: string,
  { lab, probe, cell }: { lab: string; probe: string; cell: string },
  kind: 'txt' | 'json',
): string {
  return `${base.replace(/\/$/, '')}/evidence/${lab}/${probe}.${cell}.${kind}`;
}

/** Where the JSON Schema of a trace is published; its number is the schema's version. */
export function schemaHref(base: string, version: number): string {
  return `${base.replace(/\/$/, '')}/schema/trace-${version}.json`;
}
