/** `lab lint`: labs, evidence and chapters against each other. */
import { type ExitCode, exitCodes } from '../../src/host/errors.ts';
import { type Finding, formatFinding, lintLabs } from '../../src/lab/lint.ts';
import { resolveLabId } from '../../src/lab/load.ts';
import { lintChapters } from '../../src/site/lint/chapters.ts';
import type { CommandContext } from './context.ts';

/** Warnings are for the author and don't fail; an error is exit 2, like an invalid lab. */
export async function lint(
  { projectRoot, options, print }: CommandContext,
  name: string | undefined,
): Promise<ExitCode> {
  const only = name === undefined ? undefined : await resolveLabId(projectRoot, name);
  const found = [...(await lintLabs(projectRoot, { only })), ...(await lintChapters(projectRoot))];
  const findings = found.filter((finding) => only === undefined || isAbout(finding, only));
  if (options.json) print(JSON.stringify(findings, null, 2));
  else for (const finding of findings) print(formatFinding(finding));
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  if (!options.json) print(`${errors} errors, ${findings.length - errors} warnings`);
  return errors > 0 ? exitCodes.usage : exitCodes.passed;
}

/** `labs/03-nodeport`, anything in it, and its chapter in any language. */
const isAbout = ({ file }: Finding, lab: string) =>
  `${file}/`.includes(`/${lab}/`) || file.includes(`/${lab}.`);
