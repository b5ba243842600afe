/** What tests on a real cluster share: the engine without its command line. */
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { createHosts } from '../../scripts/hosts.ts';
import { exitCodes } from '../../src/host/errors.ts';
import { definitionHash, readDefinitionFiles } from '../../src/lab/definition.ts';
import type { CellName, LabEvent } from '../../src/lab/events.ts';
import { cleaner } from '../../src/lab/evidence/hygiene.ts';
import { toEvidence } from '../../src/lab/evidence/record.ts';
import type { Evidence } from '../../src/lab/evidence/schema.ts';
import type { Cell } from '../../src/lab/run/cells.ts';
import { type RunRequest, runLabs } from '../../src/lab/run/run.ts';

export const projectRoot = join(import.meta.dirname, '..', '..');

export interface Recording {
  readonly exitCode: number;
  readonly evidence: readonly Evidence[];
  readonly events: readonly LabEvent[];
}

/** Runs cells with their faults, all or those that are chosen, and keeps their evidence whether they passed or not. */
export async function recordCells(
  cells: readonly Cell[],
  faults: RunRequest['faults'] = ({ lab }) => lab.faults,
): Promise<Recording> {
  const events: LabEvent[] = [];
  const evidence: Evidence[] = [];
  const hosts = createHosts({ env: process.env, notify: (event) => events.push(event) });
  const exitCode = await runLabs(
    hosts,
    {
      cells,
      faults,
      until: undefined,
      keep: 'never',
      reuse: false,
      tidy: 'always',
      // `npm test` has set the machine up before.
      consent: async () => false,
      onResult: async ({ session }, { versions, image }) => {
        const definition = definitionHash(session.lab, await readDefinitionFiles(projectRoot, session.lab));
        const on = { versions, provenance: image.provenance, definition, at: new Date() };
        evidence.push(toEvidence(session, on, cleaner(hosts.host)));
      },
    },
    (event) => events.push(event),
  );
  return { exitCode, evidence, events };
}

/** Everything that failed, as a person would read it; of one cell, or of the whole run. */
export function failures({ events }: Recording, at?: CellName): string[] {
  return ofCell(events, at).flatMap((event) => {
    if (event.type === 'check' && event.record.verdict !== 'passed') {
      return [
        `check ${event.record.id}: expected ${event.record.expected}, saw ${JSON.stringify(event.record.saw)}`,
      ];
    }
    if (event.type === 'fault' && event.record.verdict !== 'passed') {
      return [`fault ${event.record.id}: ${event.record.reason}`];
    }
    if ((event.type === 'cell-end' || event.type === 'run-end') && event.error !== undefined)
      return [event.error];
    return [];
  });
}

function ofCell(events: readonly LabEvent[], at: CellName | undefined): readonly LabEvent[] {
  if (at === undefined) return events;
  const is = (type: LabEvent['type']) =>
    events.findIndex((event) => event.type === type && 'at' in event && isDeepStrictEqual(event.at, at));
  return is('cell-start') === -1 ? [] : events.slice(is('cell-start'), is('cell-end') + 1);
}

export const { passed } = exitCodes;
