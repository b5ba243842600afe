/** What the journal names on this engine, and what on others. */
import { join } from 'node:path';
import { engineId } from '../host/engine-id.ts';
import type { Host } from '../host/host.ts';
import type { JournalEntry } from '../host/journal.ts';
import { describeMade } from '../host/made.ts';
import { namesOnEngine } from './taken.ts';

/** Something that is not on this engine, or of which nobody can tell, and what is to be said of it. */
export interface Elsewhere {
  readonly name: string;
  readonly text: string;
}

/**
 * An entry of another engine must not be taken for one whose thing is gone. One without an id is of an older version,
 * and taken for one of this engine; so is one whose thing is here: an engine may get another id when it is upgraded.
 */
export async function byEngine(
  { exec, paths }: Pick<Host, 'exec' | 'paths'>,
  entries: readonly JournalEntry[],
): Promise<{ here: readonly JournalEntry[]; elsewhere: readonly Elsewhere[] }> {
  if (entries.every(({ engine }) => engine === undefined)) return { here: entries, elsewhere: [] };
  const now = await engineId(exec);
  const isOther = ({ engine }: JournalEntry) => engine !== undefined && engine !== now;
  if (!entries.some(isOther)) return { here: entries, elsewhere: [] };
  const isHere = await namesOnEngine(exec);
  const others = entries.filter((entry) => isOther(entry) && !isHere(entry.made.name));
  const about = now === undefined ? cantTell : isOnAnother;
  return {
    here: entries.filter((entry) => !others.includes(entry)),
    elsewhere: others.map((entry) => ({
      name: entry.made.name,
      text: about(entry, join(paths.state, 'journal', entry.id)),
    })),
  };
}

const isOnAnother = ({ made }: JournalEntry, file: string) =>
  `${describeMade(made)} is on another Docker engine: switch to its context or DOCKER_HOST, then run this again ` +
  `(where that engine is gone for good: rm ${file}.* and then \`npm run lab gc\`)`;

const cantTell = ({ made }: JournalEntry) =>
  `${describeMade(made)} was left: the Docker engine did not say which one it is, so nobody can tell whether it was made ` +
  "there; run this again when `docker info --format '{{.ID}}'` prints an id";
