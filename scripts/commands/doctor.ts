/** `lab doctor`: can labs run here, what is missing, and what helps. */
import { collectFacts } from '../../src/host/doctor/collect.ts';
import { diagnose } from '../../src/host/doctor/diagnose.ts';
import { type ExitCode, exitCodes } from '../../src/host/errors.ts';
import type { CommandContext } from './context.ts';

const marks = { ok: '✓', warn: '!', error: '✗' } as const;

export async function doctor({ hosts, options, print }: CommandContext): Promise<ExitCode> {
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
