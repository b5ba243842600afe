/** `lab list`: all labs and their questions. */
import { type ExitCode, exitCodes } from '../../src/host/errors.ts';
import { listLabs, loadLab } from '../../src/lab/load.ts';
import { networksOfMatrix } from '../../src/lab/schema/cell.ts';
import { walkSteps } from '../../src/lab/schema/lab.ts';
import type { CommandContext } from './context.ts';

export async function list({ projectRoot, options, print }: CommandContext): Promise<ExitCode> {
  const labs = await Promise.all((await listLabs(projectRoot)).map((id) => loadLab(projectRoot, id)));
  const rows = labs.map((lab) => ({
    id: lab.id,
    title: lab.title,
    question: lab.question,
    draft: lab.draft,
    modes: lab.matrix.proxyMode,
    networks: networksOfMatrix(lab.matrix),
    checks: [...walkSteps(lab.steps)].reduce((sum, { step }) => sum + step.checks.length, 0),
    faults: lab.faults.map(({ id }) => id),
  }));
  if (options.json) print(JSON.stringify(rows, null, 2));
  else {
    for (const { id, question, draft, modes, networks, checks, faults } of rows) {
      print(`${id}${draft ? ' (draft)' : ''}  ${question}`);
      const others = networks.join() === 'kindnet' ? '' : `; pod networks ${networks.join(', ')}`;
      print(`  ${checks} checks, ${faults.length} faults; kube-proxy ${modes.join(', ')}${others}`);
    }
  }
  return exitCodes.passed;
}
