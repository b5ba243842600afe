/** What can be said about the labs of a checkout without running them. Chapters are checked by src/site/lint. */
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { ReportedError } from '../host/errors.ts';
import { readDefinitionFiles } from './definition.ts';
import type { RecordingMachine } from './evidence/hygiene.ts';
import { lintEvidence } from './lint/evidence.ts';
import { faultProblems } from './lint/faults.ts';
import { type Finding, locate, readSources } from './lint/finding.ts';
import { unknownImages } from './lint/images.ts';
import { unfinishedLines } from './lint/unfinished.ts';
import { readImages } from './load/files.ts';
import { listLabs, loadLab } from './load.ts';
import { type Lab, walkSteps } from './schema/lab.ts';
import { labIdSchema } from './schema/names.ts';

export { type Finding, formatFinding } from './lint/finding.ts';
export { unfinishedLines } from './lint/unfinished.ts';

export interface LintOptions {
  /** Id of the only lab to look at. */
  readonly only?: string | undefined;
  /** This machine: its own names must not stand in evidence. */
  readonly machine?: RecordingMachine;
}

export async function lintLabs(projectRoot: string, { only, machine }: LintOptions = {}): Promise<Finding[]> {
  const ids = (await listLabs(projectRoot)).filter((id) => only === undefined || id === only);
  const findings = await Promise.all(ids.map((id) => lintLab(projectRoot, id, machine)));
  return [...sameNumber(ids), ...findings.flat()];
}

async function lintLab(projectRoot: string, id: string, machine?: RecordingMachine): Promise<Finding[]> {
  const file = `labs/${id}/lab.ts`;
  if (!labIdSchema.safeParse(id).success) {
    return [
      { file: `labs/${id}`, severity: 'error', message: 'a folder here is named NN-name, like 03-nodeport' },
    ];
  }
  try {
    const lab = await loadLab(projectRoot, id);
    const { manifests } = await readDefinitionFiles(projectRoot, lab);
    const sources = await readSources(projectRoot, id);
    return [
      ...(await lintChapterOf(projectRoot, lab)),
      ...unfinished(lab, [...sources, ...manifestFiles(id, manifests)]),
      ...unknownImages(lab, manifests, await readImages(projectRoot)),
      ...lab.faults.flatMap((fault) =>
        faultProblems(fault, Object.values(manifests)).map(({ severity, message, text }) => ({
          ...locate(sources, id, text),
          severity,
          message,
        })),
      ),
      ...withoutBaseline(lab).map(({ id: check, pattern }) => ({
        ...locate(sources, id, `'${check}'`),
        severity: 'warning' as const,
        message: `check ${check}: that nothing matches /${pattern}/ proves little until another check has seen it match`,
      })),
      ...(await lintEvidence(projectRoot, lab, machine)),
    ];
  } catch (error) {
    if (!(error instanceof ReportedError)) throw error;
    return [{ file, severity: 'error', message: error.message.replace(`${file} `, '') }];
  }
}

/** Two chapters with one number would stand in chance order. */
function sameNumber(ids: readonly string[]): Finding[] {
  const groups = Map.groupBy(ids, (id) => id.slice(0, 2));
  return [...groups.values()]
    .filter((group) => group.length > 1)
    .map((group) => ({
      file: `labs/${group[1]}`,
      severity: 'error',
      message: `has the number of ${group[0]}; take a free one`,
    }));
}

async function lintChapterOf(projectRoot: string, lab: Lab): Promise<Finding[]> {
  const chapter = `content/docs/${lab.id}.mdx`;
  const exists = await access(join(projectRoot, chapter)).then(
    () => true,
    () => false,
  );
  if (exists) return [];
  return [{ file: `labs/${lab.id}`, severity: 'error', message: `has no chapter: there is no ${chapter}` }];
}

/** In the lab; the chapter says for itself whether it is a draft, and src/site/lint looks at it. */
function unfinished(lab: Lab, files: readonly (readonly [file: string, text: string])[]): Finding[] {
  const severity = lab.draft ? 'warning' : 'error';
  const at = { file: `labs/${lab.id}/lab.ts`, severity } as const;
  const checks = [...walkSteps(lab.steps)].flatMap(({ step }) => step.checks);
  return [
    ...(checks.length === 0 ? [{ ...at, message: 'has no check, so it proves nothing' }] : []),
    ...files.flatMap(([file, text]) => unfinishedLines(file, text, lab.draft)),
  ];
}

const manifestFiles = (id: string, manifests: Readonly<Record<string, string>>) =>
  Object.entries(manifests).map(([name, text]) => [`labs/${id}/manifests/${name}`, text] as const);

/** Checks that something is absent, of a lab that never shows it present. */
function withoutBaseline(lab: Lab): { id: string; pattern: string }[] {
  const checks = [...walkSteps(lab.steps)].flatMap(({ step }) => step.checks);
  const seen = new Set(checks.flatMap(({ expect }) => ('matches' in expect ? [expect.matches] : [])));
  return checks.flatMap(({ id, expect }) =>
    'lacks' in expect && !seen.has(expect.lacks) ? [{ id, pattern: expect.lacks }] : [],
  );
}
