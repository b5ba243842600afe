/** A lab and what it has recorded: everything that a page may show. */
import { definitionHash, readDefinitionFiles } from '../../lab/definition.ts';
import { formatDifferences } from '../../lab/evidence/difference.ts';
import type { Evidence } from '../../lab/evidence/schema.ts';
import { verifyEvidence } from '../../lab/evidence/verify.ts';
import { loadLab } from '../../lab/load.ts';
import { cellsOfMatrix, networksOfMatrix } from '../../lab/schema/cell.ts';
import type { Lab } from '../../lab/schema/lab.ts';
import { type PodNetworkName, podNetworkSchema } from '../../lab/schema/names.ts';
import { EvidenceError } from './error.ts';
import { projectRoot } from './project.ts';
import { readRecordings } from './read.ts';

export interface RecordedLab {
  readonly lab: Lab;
  /** In the order of the lab's matrix. Empty only for a draft that was not recorded yet. */
  readonly cells: readonly Evidence[];
}

/** `draft`: what is not published may stand there without evidence. */
export type Stage = 'draft' | 'published';

const loaded = new Map<string, Promise<RecordedLab>>();

/** @throws EvidenceError for a published chapter whose evidence is missing, old, or does not hold. */
export async function recordedLab(id: string, stage: Stage): Promise<RecordedLab> {
  const key = `${stage}/${id}`;
  // While writing, a new recording shows at the next reload.
  const known = import.meta.env?.DEV ? undefined : loaded.get(key);
  const promise = known ?? readRecordedLab(projectRoot(), id, stage);
  loaded.set(key, promise);
  return promise;
}

export async function readRecordedLab(root: string, id: string, stage: Stage): Promise<RecordedLab> {
  const lab = await loadLab(root, id);
  const draft = stage === 'draft' || lab.draft;
  const definition = definitionHash(lab, await readDefinitionFiles(root, lab));
  const cells = await readRecordings(root, lab);
  const problems = (await Promise.all(cells.map((cell) => problemsOf(cell, lab, definition)))).flat();
  if (problems.length > 0) {
    if (draft) return { lab, cells: [] };
    throw new EvidenceError(problems.join('\n'));
  }
  const missing = cellsOfMatrix(lab.matrix).filter(({ id }) => cells.every(({ cell }) => cell !== id));
  if (missing.length > 0 && !draft) {
    const cause = `labs/${id}/evidence has no recording of ${missing.map((cell) => cell.id).join(' and ')}`;
    throw new EvidenceError(`${cause}; run \`npm run lab record ${id}\``);
  }
  return { lab, cells: cells.map(withAddresses) };
}

/**
 * Where a lab makes the pod network itself, its pods have no addresses when the steps begin. A page is about those
 * that they got: it takes the facts of the first step after which every pod has one.
 */
export function withAddresses(cell: Evidence): Evidence {
  const complete = ({ pods }: Evidence['facts']) => pods.every(({ ip }) => ip !== '');
  if (complete(cell.facts)) return cell;
  const facts = cell.steps.flatMap((step) => step.facts ?? []).find(complete);
  return facts === undefined ? cell : { ...cell, facts };
}

/**
 * The recordings on one pod network; without a name, on the first of the lab's matrix, which is kindnet but for labs
 * that do not run on it.
 *
 * @throws EvidenceError when the lab does not run on that network.
 */
export function onNetwork({ lab, cells }: RecordedLab, name?: string): RecordedLab {
  const networks: readonly string[] = networksOfMatrix(lab.matrix);
  const [first] = networks;
  if (name !== undefined && !networks.includes(name)) {
    throw new EvidenceError(
      `${lab.id} does not run on the pod network "${name}"; it runs on ${networks.join(', ')}`,
    );
  }
  const ids = cellsOfMatrix(lab.matrix)
    .filter(({ podNetwork }) => podNetwork === (name ?? first))
    .map(({ id }) => id);
  return { lab, cells: cells.filter(({ cell }) => ids.includes(cell)) };
}

/** The pod network of a recording. */
export const networkOf = ({ cell, on }: Evidence): PodNetworkName =>
  podNetworkSchema.parse(cell === on.proxyMode ? 'kindnet' : cell.replace(`-${on.proxyMode}`, ''));

async function problemsOf(cell: Evidence, lab: Lab, definition: string): Promise<string[]> {
  const differences = await verifyEvidence(cell, lab, definition);
  const file = `labs/${lab.id}/evidence/${cell.cell}.json`;
  return differences.length === 0 ? [] : [formatDifferences(file, differences)];
}
