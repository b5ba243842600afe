/** Names that a person may have meant. */

/** Levenshtein's distance: how many letters must be put in, taken out or replaced. */
export function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [line, letter] of [...from].entries()) {
    const next = [line + 1];
    for (const [column, other] of [...to].entries()) {
      const replaced = (row[column] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(replaced, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? from.length;
}

/** At most three of `names`, the nearest first, none of which more than about a third of the letters differ. */
export function nearest(text: string, names: readonly string[]): string[] {
  const wanted = text.toLowerCase();
  return names
    .map((name) => ({ name, distance: distance(wanted, name.toLowerCase()) }))
    .filter(
      ({ name, distance }) => distance <= Math.max(1, Math.ceil(Math.max(name.length, text.length) / 3)),
    )
    .sort((a, b) => a.distance - b.distance)
    .slice(0, 3)
    .map(({ name }) => name);
}

/** A word that stands in the name, or the name in it, is near however long the rest is. */
function distance(text: string, name: string): number {
  const contained = text.length > 2 && (name.includes(text) || text.includes(name));
  return contained ? 1 : editDistance(text, name);
}

/** `; did you mean a or b?`, or nothing. */
export function didYouMean(text: string, names: readonly string[]): string {
  const near = nearest(text, names);
  return near.length === 0 ? '' : `; did you mean ${near.join(' or ')}?`;
}
