/** What tests on a real cluster share: the engine without its command line. */
import { join } from 'node:path';
import { createHosts } from '../../scripts/hosts.ts';
import { exitCodes } from '../../src/host/errors.ts';
import { definitionHash, readDefinitionFiles } from '../../src/lab/definition.ts';
import type { LabEvent } from '../../src/lab/events.ts';
import { cleaner } from '../../src/lab/evidence/hygiene.ts';
import { toEvidence } from '../../src/lab/evidence/record.ts';
import type { Evidence } from '../../src/lab/evidence/schema.ts';
import type { Cell } from '../../src/lab/run/cells.ts';
import { runLabs } from '../../src/lab/run/run.ts';

export const projectRoot = join(import.meta.dirname, '..', '..');

export interface Recording {
  readonly exitCode: number;
  readonly evidence: readonly Evidence[];
  readonly events: readonly LabEvent[];
}

/** Runs cells with their faults, and keeps their evidence whether they passed or not. */
export async function recordCells(cells: readonly Cell[]): Promise<Recording> {
  const events: LabEvent[] = [];
  const evidence: Evidence[] = [];
  const hosts = createHosts({ env: process.env, notify: (event) => events.push(event) });
  const exitCode = await runLabs(
    hosts,
    {
      cells,
      faults: true,
      until: undefined,
      keep: 'never',
      reuse: false,
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

/** Everything that failed, as a person would read it. */
export function failures({ events }: Recording): string[] {
  return events.flatMap((event) => {
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

export const { passed } = exitCodes;
