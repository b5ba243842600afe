/** The box of an SVG path, from its commands: control points count, which is at most a little too large. */
import { type Box, boxOfPoints } from './box.ts';

/** How many numbers one use of a command takes; the last two are where the pen ends. */
const arity: Record<string, number> = { M: 2, L: 2, T: 2, H: 1, V: 1, Q: 4, S: 4, C: 6, A: 7, Z: 0 };

export function pathBox(d: string): Box | undefined {
  const points: [number, number][] = [];
  let pen: [number, number] = [0, 0];
  for (const [, letter = '', rest = ''] of d.matchAll(/([MLTHVQSCAZ])([^MLTHVQSCAZ]*)/gi)) {
    const command = letter.toUpperCase();
    const numbers = [...rest.matchAll(/-?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?/gi)].map(([text]) => Number(text));
    const step = arity[command] ?? 0;
    for (let at = 0; step > 0 && at + step <= numbers.length; at += step) {
      const from: [number, number] = letter === command ? [0, 0] : pen;
      const given = corners(command, numbers.slice(at, at + step), pen, from);
      points.push(...given);
      pen = given.at(-1) ?? pen;
    }
  }
  return boxOfPoints(points);
}

/** The points that one use of a command names, in absolute units. */
function corners(
  command: string,
  numbers: readonly number[],
  pen: readonly [number, number],
  [fromX, fromY]: readonly [number, number],
): [number, number][] {
  const number = (index: number) => numbers[index] ?? 0;
  if (command === 'H') return [[number(0) + fromX, pen[1]]];
  if (command === 'V') return [[pen[0], number(0) + fromY]];
  if (command === 'A') return [[number(5) + fromX, number(6) + fromY]];
  const pairs: [number, number][] = [];
  for (let at = 0; at < numbers.length; at += 2) pairs.push([number(at) + fromX, number(at + 1) + fromY]);
  return pairs;
}
