/** From standard output to the value that checks look at. */
import { parseConntrackEvents, parseConntrackList } from '../../trace/parse/conntrack.ts';
import { parseIptablesSave } from '../../trace/parse/iptables-save.ts';
import { type Json, plainJson } from '../json.ts';
import type { Parse } from '../schema/step.ts';

/** `text` is the value itself; a list has one item a line that means something. */
export function parseOutput(parse: Parse, output: string): Json {
  switch (parse) {
    case 'text':
      return output;
    case 'lines':
      return output.split('\n').filter(Boolean);
    case 'json':
      return JSON.parse(output) as Json;
    case 'conntrack':
      return plain(parseConntrackList(output).map(withoutRaw));
    case 'conntrack-events':
      return plain(parseConntrackEvents(output).map(withoutRaw));
    case 'iptables-counters':
      return plain(
        parseIptablesSave(output).rules.map(({ chain, comment, target, packets }) => ({
          chain,
          ...(comment === undefined ? {} : { comment }),
          ...(target === undefined ? {} : { target }),
          packets: packets ?? 0,
        })),
      );
    default:
      return parse satisfies never;
  }
}

/** The line stands in the output already. What a parser does not know is kept in `raw`. */
function withoutRaw<T extends { kind: string; raw: string }>(item: T) {
  const { raw, ...rest } = item;
  return item.kind === 'unknown' ? { ...rest, raw } : rest;
}

const plain = (value: unknown): Json => plainJson(value) ?? null;
