/** Damages lines with a generator whose seed is fixed: the same damage in every run. */

/** mulberry32: small, fast, and the same numbers everywhere. */
export function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

const odd = [
  '',
  ' ',
  '"',
  '\\',
  '{',
  '}',
  '[',
  ']',
  '=',
  '# handle',
  '(verdict',
  '-1',
  '0x',
  '99999999999999999999',
  '%s',
  'é',
  '\u0000',
  'constructor',
  '__proto__',
  '==',
  '((',
  'src=',
  'packet:',
];

export function mutate(line: string, next: (below: number) => number): string {
  const words = line.split(' ');
  const at = next(words.length);
  switch (next(8)) {
    case 0:
      return line.slice(0, next(line.length + 1));
    case 1:
      return line.slice(next(line.length + 1));
    case 2:
      return words.toSpliced(at, 1).join(' ');
    case 3:
      return words.toSpliced(at, 0, odd[next(odd.length)] ?? '').join(' ');
    case 4:
      return words.with(at, odd[next(odd.length)] ?? '').join(' ');
    case 5:
      return words.toSpliced(at, 0, words[next(words.length)] ?? '').join(' ');
    case 6: {
      const from = next(line.length + 1);
      return line.slice(0, from) + String.fromCharCode(32 + next(200)) + line.slice(from + 1);
    }
    default:
      return words.with(at, words[next(words.length)] ?? '').join(' ');
  }
}
