/** `lab doctor`: can labs run here, what is missing, and what helps. */
import { collectFacts } from '../../src/host/doctor/collect.ts';
import { diagnose } from '../../src/host/doctor/diagnose.ts';
import { type ExitCode, exitCodes } from '../../src/host/errors.ts';
import { loadLab } from '../../src/lab/load.ts';
import type { CommandContext } from './context.ts';

const marks = { ok: '✓', warn: '!', error: '✗' } as const;

/** @param lab only has to be there: every lab needs the same of a machine. @throws UsageError */
export async function doctor(
  { hosts, options, projectRoot, print }: CommandContext,
  lab: string | undefined,
): Promise<ExitCode> {
  if (lab !== undefined) await loadLab(projectRoot, lab);
  const findings = diagnose(await collectFacts(hosts.host));
  if (options.json) print(JSON.stringify(findings, null, 2));
  else {
    for (const { state, reason, remedy } of findings) {
      print(`${marks[state]} ${reason}`);
      if (remedy !== undefined) print(`    what helps: ${remedy}`);
    }
  }
  return findings.some(({ state }) => state === 'error') ? exitCodes.machine : exitCodes.passed;
}
