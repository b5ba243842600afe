/** Finds labs by name and loads them: typed data, or one error that says what to change where. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { UsageError } from '../host/errors.ts';
import { fileProblems } from './load/files.ts';
import { formatProblem, type Problem, schemaProblems } from './load/problem.ts';
import { referenceProblems } from './load/references.ts';
import { nearest } from './nearest.ts';
import { type Lab, labSchema } from './schema/lab.ts';

/** Ids of all labs, in the order of their numbers. */
export async function listLabs(projectRoot: string): Promise<string[]> {
  const entries = await readdir(join(projectRoot, 'labs'), { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory() && /^\d/.test(entry.name))
    .map((entry) => entry.name)
    .sort();
}

/**
 * The lab that a person means: its id, `03`, `nodeport`, or its folder as a shell completes it.
 *
 * @throws UsageError with the nearest names.
 */
export async function resolveLabId(projectRoot: string, text: string): Promise<string> {
  const ids = await listLabs(projectRoot);
  const wanted = text.replace(/^(\.\/)?labs\//, '').replace(/\/(lab\.ts)?$/, '');
  if (ids.includes(wanted)) return wanted;
  const short = ids.filter((id) => {
    const [, number = '', name = ''] = /^(\d+)-(.*)$/.exec(id) ?? [];
    return wanted === number || wanted === name || wanted === String(Number(number));
  });
  if (short.length === 1 && short[0] !== undefined) return short[0];
  if (short.length > 1) throw new UsageError(`"${text}" may be ${short.join(' or ')}`);
  const near = nearest(wanted, ids);
  const hint =
    near.length > 0 ? `did you mean ${near.join(' or ')}?` : `there is ${ids.join(', ') || 'no lab yet'}`;
  throw new UsageError(`There is no lab "${text}"; ${hint}`);
}

/**
 * Loads and validates labs/ID/lab.ts with all it names.
 *
 * @param name see {@link resolveLabId}.
 * @throws UsageError with the file and, for each field, what was expected and what is there.
 */
export async function loadLab(projectRoot: string, name: string): Promise<Lab> {
  const id = await resolveLabId(projectRoot, name);
  const file = `labs/${id}/lab.ts`;
  const exported = await importLab(projectRoot, file);
  const parsed = labSchema.safeParse(exported);
  if (!parsed.success) throw invalid(file, schemaProblems(parsed.error, exported), exported);
  const problems = [
    ...(parsed.data.id === id ? [] : [{ path: ['id'], message: `expected "${id}", the name of its folder` }]),
    ...referenceProblems(parsed.data),
    ...(await fileProblems(projectRoot, parsed.data)),
  ];
  if (problems.length > 0) throw invalid(file, problems, exported);
  return parsed.data;
}

function invalid(file: string, problems: readonly Problem[], lab: unknown): UsageError {
  const lines = problems.map((problem) => formatProblem(problem, lab));
  return new UsageError(
    lines.length === 1
      ? `${file} is not a valid lab: ${lines[0]}`
      : `${file} is not a valid lab:\n${lines.map((line) => `  ${line}`).join('\n')}`,
  );
}

async function importLab(projectRoot: string, file: string): Promise<unknown> {
  const path = join(projectRoot, file);
  const module = await import(/* @vite-ignore */ pathToFileURL(path).href).catch((error: unknown) => {
    const { message, stack = '' } = error instanceof Error ? error : new Error(String(error));
    const line = /lab\.ts:(\d+)/.exec(stack)?.[1];
    const where = line === undefined ? file : `${file}:${line}`;
    throw new UsageError(`${where} can't be loaded: ${message}`, { cause: error });
  });
  if (module.default === undefined) {
    throw new UsageError(`${file} has no default export; expected \`export default defineLab({ … })\``);
  }
  return module.default;
}
