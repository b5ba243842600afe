/** What the journal names on this engine, and what on others. */
import { join } from 'node:path';
import { namesOnEngine } from '../../cluster/taken.ts';
import { engineId } from '../../host/engine-id.ts';
import type { Host } from '../../host/host.ts';
import type { JournalEntry } from '../../host/journal.ts';
import { describeMade } from '../../host/made.ts';

/**
 * An entry of another engine must not be taken for one whose thing is gone. One without an id is of an older version,
 * and taken for one of this engine; so is one whose thing is here: an engine may get another id when it is upgraded.
 */
export async function byEngine(
  { exec, paths }: Pick<Host, 'exec' | 'paths'>,
  entries: readonly JournalEntry[],
): Promise<{ here: readonly JournalEntry[]; elsewhere: readonly string[] }> {
  if (entries.every(({ engine }) => engine === undefined)) return { here: entries, elsewhere: [] };
  const now = await engineId(exec);
  const isOther = ({ engine }: JournalEntry) => engine !== undefined && engine !== now;
  if (!entries.some(isOther)) return { here: entries, elsewhere: [] };
  const isHere = await namesOnEngine(exec);
  const others = entries.filter((entry) => isOther(entry) && !isHere(entry.made.name));
  return {
    here: entries.filter((entry) => !others.includes(entry)),
    elsewhere: others.map(
      ({ made, id }) =>
        `${describeMade(made)} is on another Docker engine: switch to its context or DOCKER_HOST, then run this again ` +
        `(where that engine is gone for good: rm ${join(paths.state, 'journal', id)}.*)`,
    ),
  };
}
