/**
 * The output of iproute2's `ip -j link|addr|route|neigh` and `ip -j route get`. Only the fields that a trace
 * speaks of are typed; each row keeps all that ip said as `raw`.
 * Fields: iproute2 ip/ipaddress.c, ip/iproute.c, ip/ipneigh.c.
 */
import { z } from 'zod';
import { readJson } from './read-json.ts';

const linkSchema = z.looseObject({
  ifindex: z.int(),
  ifname: z.string(),
  /** MAC address. */
  address: z.string().optional(),
  /** Of a veth: ifindex of the other end, in the namespace `link_netnsid`. */
  link_index: z.int().optional(),
  link_netnsid: z.int().optional(),
  operstate: z.string().optional(),
});
const addressSchema = linkSchema.extend({
  addr_info: z
    .array(z.looseObject({ family: z.string(), local: z.string(), prefixlen: z.int() }))
    .default([]),
});
const routeSchema = z.looseObject({
  /** `default`, an address or a prefix; for `route get` the address that was asked. */
  dst: z.string(),
  gateway: z.string().optional(),
  dev: z.string().optional(),
  prefsrc: z.string().optional(),
  scope: z.string().optional(),
  /** `blackhole`, `unreachable`, `prohibit`, `local`; left out for a plain route. */
  type: z.string().optional(),
  metric: z.int().optional(),
  /** `route get`: `["redirect"]` announces that the node will send an ICMP redirect. */
  cache: z.array(z.string()).optional(),
});
const neighbourSchema = z.looseObject({
  dst: z.string(),
  dev: z.string(),
  lladdr: z.string().optional(),
  state: z.array(z.string()).optional(),
});

type Row<Schema extends z.ZodType> = z.infer<Schema> & {
  /** The row as JSON. */
  readonly raw: string;
};
export type Link = Row<typeof linkSchema>;
export type LinkAddress = Row<typeof addressSchema>;
export type Route = Row<typeof routeSchema>;
export type Neighbour = Row<typeof neighbourSchema>;

export interface Rows<T> {
  readonly rows: readonly T[];
  /** Rows of a shape that this parser does not know, as JSON; or the whole text when it is no JSON list. */
  readonly unknown: readonly string[];
}

export const parseLinks = (text: string): Rows<Link> => parseRows(linkSchema, text);
export const parseAddresses = (text: string): Rows<LinkAddress> => parseRows(addressSchema, text);
/** Also for `ip -j route get`: one row, whose `dst` is the address that was asked. */
export const parseRoutes = (text: string): Rows<Route> => parseRows(routeSchema, text);
export const parseNeighbours = (text: string): Rows<Neighbour> => parseRows(neighbourSchema, text);

function parseRows<Schema extends z.ZodType<object>>(schema: Schema, text: string): Rows<Row<Schema>> {
  const list = z.array(z.unknown()).safeParse(readJson(text));
  if (!list.success) return { rows: [], unknown: text.trim() === '' ? [] : [text] };
  const rows: Row<Schema>[] = [];
  const unknown: string[] = [];
  for (const item of list.data) {
    const raw = JSON.stringify(item);
    const row = schema.safeParse(item);
    if (row.success) rows.push({ ...row.data, raw });
    else unknown.push(raw);
  }
  return { rows, unknown };
}
