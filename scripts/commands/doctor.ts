/** `lab doctor`: can labs run here, what is missing, and what helps. */
import { collectFacts } from '../../src/host/doctor/collect.ts';
import { diagnose } from '../../src/host/doctor/diagnose.ts';
import { type ExitCode, exitCodes } from '../../src/host/errors.ts';
import { needsGo } from '../../src/host/images/added.ts';
import { listLabs, loadLab } from '../../src/lab/load.ts';
import { kernelNeeds } from '../../src/lab/run/kernel-needs.ts';
import type { Lab } from '../../src/lab/schema/lab.ts';
import type { CommandContext } from './context.ts';

const marks = { ok: '✓', warn: '!', error: '✗' } as const;

/** @param lab judges for its cells; without it, for those of every lab. @throws UsageError */
export async function doctor(
  { hosts, options, projectRoot, print }: CommandContext,
  lab: string | undefined,
): Promise<ExitCode> {
  const labs = lab === undefined ? await everyLab(projectRoot) : [await loadLab(projectRoot, lab)];
  const goLabs = labs.filter(({ images }) => needsGo(images)).map(({ id }) => id);
  const findings = diagnose(await collectFacts(hosts.host), { ...kernelNeeds(labs), goLabs });
  if (options.json) print(JSON.stringify(findings, null, 2));
  else {
    for (const { state, reason, remedy } of findings) {
      print(`${marks[state]} ${reason}`);
      if (remedy !== undefined) print(`    what helps: ${remedy}`);
    }
  }
  return findings.some(({ state }) => state === 'error') ? exitCodes.machine : exitCodes.passed;
}

/** A lab that can't be loaded, as while it is being written, is no matter of the machine: `lab lint` tells of it. */
async function everyLab(projectRoot: string): Promise<readonly Lab[]> {
  const ids = await listLabs(projectRoot);
  const loads = await Promise.all(ids.map((id) => loadLab(projectRoot, id).catch(() => undefined)));
  return loads.filter((one) => one !== undefined);
}
