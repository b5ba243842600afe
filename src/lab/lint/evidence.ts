/** The recordings of a lab: there, of this lab, true to themselves, and without a trace of the machine. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { definitionHash, readDefinitionFiles } from '../definition.ts';
import { formatDifferences } from '../evidence/difference.ts';
import { findLeaks, type RecordingMachine } from '../evidence/hygiene.ts';
import { evidenceSchema } from '../evidence/schema.ts';
import { verifyEvidence } from '../evidence/verify.ts';
import { schemaProblems } from '../load/problem.ts';
import { cellsOfMatrix } from '../schema/cell.ts';
import type { Lab } from '../schema/lab.ts';
import type { Finding } from './finding.ts';

/**
 * A lab needs evidence of every cell. A draft needs none, and what it has may be old.
 *
 * @param machine names that must not stand in evidence, besides those that no evidence may have.
 */
export async function lintEvidence(
  projectRoot: string,
  lab: Lab,
  machine?: RecordingMachine,
): Promise<Finding[]> {
  const folder = join('labs', lab.id, 'evidence');
  const files = await readdir(join(projectRoot, folder)).catch((error: NodeJS.ErrnoException): string[] => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const cells = cellsOfMatrix(lab.matrix).map(({ id }) => `${id}.json`);
  const definition = definitionHash(lab, await readDefinitionFiles(projectRoot, lab));
  const findings = await Promise.all(
    files.map((file) =>
      cells.includes(file)
        ? lintFile(projectRoot, join(folder, file), lab, definition, machine)
        : [error(join(folder, file), 'is of no cell of the lab; delete it')],
    ),
  );
  const missing = lab.draft ? [] : cells.filter((cell) => !files.includes(cell));
  return [
    ...missing.map((cell) => error(join(folder, cell), `is not recorded yet: npm run lab record ${lab.id}`)),
    ...findings.flat(),
  ];
}

async function lintFile(
  projectRoot: string,
  file: string,
  lab: Lab,
  definition: string,
  machine: RecordingMachine | undefined,
): Promise<Finding[]> {
  const text = await readFile(join(projectRoot, file), 'utf8');
  const leaks = findLeaks(text, machine).map(({ what, text: found }) =>
    error(file, `names ${what}: ${found}`, lineOf(text, found)),
  );
  const parsed = parse(text);
  if (typeof parsed === 'string') return [error(file, parsed), ...leaks];
  const differences = await verifyEvidence(parsed, lab, definition);
  return [
    ...differences.map((difference) => ({
      ...error(file, formatDifferences('', [difference]).replace(/^, /, '')),
      ...(lab.draft ? { severity: 'warning' as const } : {}),
    })),
    ...leaks,
  ];
}

function parse(text: string) {
  try {
    const json: unknown = JSON.parse(text);
    const parsed = evidenceSchema.safeParse(json);
    if (parsed.success) return parsed.data;
    const [first] = schemaProblems(parsed.error, json);
    return `is no evidence: ${first?.path.join('.')}: ${first?.message}`;
  } catch (failure) {
    return `is no JSON: ${(failure as Error).message}`;
  }
}

const error = (file: string, message: string, line?: number): Finding => ({
  file,
  ...(line === undefined ? {} : { line }),
  severity: 'error',
  message,
});

const lineOf = (text: string, found: string) => text.slice(0, text.indexOf(found)).split('\n').length;
