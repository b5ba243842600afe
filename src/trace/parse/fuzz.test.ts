/**
 * Every parser against damaged input: the recorded lines with characters and words changed, cut, doubled and
 * swapped by a generator with a fixed seed. The claim: no exception, and no line lost.
 */
import { describe, expect, it } from 'vitest';
import { generator, mutate } from '../testdata/mutate.ts';
import { files, readRecorded, readSections } from '../testdata/recorded.ts';
import { parseConntrackEvents, parseConntrackList } from './conntrack.ts';
import { parseAddresses, parseLinks, parseNeighbours, parseRoutes } from './ip-json.ts';
import { parseIptablesSave } from './iptables-save.ts';
import { splitLines } from './lines.ts';
import { parseNftRuleset } from './nft-ruleset.ts';
import { parseNftTrace } from './nft-trace.ts';

const corpus = [
  ...new Set(
    [...files.map(readRecorded), readRecorded('kind-nodeport-iptables-trace.txt')].flatMap(splitLines),
  ),
];
function* mutated(count: number, seed: number): Generator<string> {
  const next = generator(seed);
  for (let made = 0; made < count; ) {
    const line = corpus[next(corpus.length)] ?? '';
    let changed = line;
    for (let times = 1 + next(3); times > 0; times--) changed = mutate(changed, next);
    // What splits into several lines or none would make counting lines meaningless.
    if (splitLines(changed).length !== 1 || splitLines(changed)[0] !== changed) continue;
    made += 1;
    yield changed;
  }
}

const lines = [...mutated(12_000, 20_261_122)];

/** Parsers of whole listings, as functions from lines to all raw lines that are somewhere in the result. */
const listings: Readonly<Record<string, (text: string) => readonly string[]>> = {
  'nft monitor trace': (text) => parseNftTrace(text).map(({ raw }) => raw),
  'conntrack -E': (text) => parseConntrackEvents(text).map(({ raw }) => raw),
  'conntrack -L': (text) => parseConntrackList(text).map(({ raw }) => raw),
  'iptables-save': (text) => {
    const { chains, rules, other, unknown } = parseIptablesSave(text);
    return [...[...chains, ...rules].map(({ raw }) => raw), ...other, ...unknown];
  },
};

describe('12,000 damaged lines', () => {
  it.each(Object.keys(listings))('%s: no exception, and each line is in the result once', (name) => {
    expect(lines.length).toBeGreaterThanOrEqual(10_000);
    expect([...(listings[name]?.(lines.join('\n')) ?? [])].sort()).toEqual([...lines].sort());
  });

  it.each(Object.keys(listings))('%s: one line at a time', (name) => {
    for (const line of lines) expect(listings[name]?.(line)).toEqual([line]);
  });

  it('nft list ruleset: no exception, and no line lost', () => {
    const blocks = ['rulesets.txt'].flatMap(readSections).filter(({ kind }) => kind.startsWith('nft-a-list'));
    const next = generator(7);
    let count = 0;
    while (count < 10_000) {
      for (const { text } of blocks) {
        const damaged = splitLines(text)
          .map((line) => (next(4) === 0 ? mutate(line, next) : line))
          .filter((line) => splitLines(line).length === 1);
        count += damaged.length;
        const { tables, chains, rules, objects, other, unknown } = parseNftRuleset(damaged.join('\n'));
        const opened = tables.length + chains.length + chains.filter(({ base }) => base).length;
        const kept = rules.length + objects.reduce((sum, object) => sum + object.lines.length, 0);
        expect(opened + kept + other.length + unknown.length).toBe(damaged.length);
      }
    }
  });

  it.each([
    ['ip -j link', parseLinks],
    ['ip -j addr', parseAddresses],
    ['ip -j route', parseRoutes],
    ['ip -j neigh', parseNeighbours],
  ] as const)('%s: no exception, and what is not understood comes back', (_, parse) => {
    for (const line of lines) {
      const { rows, unknown } = parse(line);
      if (rows.length === 0 && line !== '[]') expect(unknown.length).toBeGreaterThan(0);
    }
  });

  it('the same seed gives the same lines', () => {
    expect([...mutated(50, 3)]).toEqual([...mutated(50, 3)]);
  });
});
