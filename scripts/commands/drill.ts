/** The drill: break, hint, answer, fix. */
import { type Kept, writeKept } from '../../src/cluster/kept.ts';
import { type ExitCode, exitCodes, UsageError } from '../../src/host/errors.ts';
import { answered } from '../../src/lab/fault-proof.ts';
import { loadLab } from '../../src/lab/load.ts';
import { chooseCells } from '../../src/lab/run/cells.ts';
import {
  ask,
  injectFault,
  isRepaired,
  judgeSymptom,
  undoFault,
  undoWhatIsLeft,
} from '../../src/lab/run/faults.ts';
import { whyNotAgain } from '../../src/lab/run/put-in.ts';
import { refreshFacts, unheard } from '../../src/lab/run/session.ts';
import type { Fault } from '../../src/lab/schema/fault.ts';
import { chooseFault } from './choose-fault.ts';
import type { CommandContext } from './context.ts';
import { bringUp, type Standing, sessionOn, standing } from './stay.ts';

/** Without a name a fault is drawn by lot: the symptom is all that the person is told. */
export async function breakLab(
  context: CommandContext,
  name: string,
  fault: string | undefined,
): Promise<ExitCode> {
  if (fault !== undefined) await requireFault(context, name, fault);
  const at = await bringUp(context, name);
  const { kept, lab } = at;
  if (kept.fault !== undefined) {
    throw new UsageError(
      `a fault is in place already; \`npm run lab hint\`, \`npm run lab answer\` or \`npm run lab fix\``,
    );
  }
  const chosen = chooseFault(lab, kept.cluster, fault);
  const session = await sessionOn(context, at);
  await refreshFacts(session);
  // Written first: after a Ctrl-C in between, `lab fix` still knows what to undo.
  await writeKept(context.hosts.host.paths, { ...kept, fault: chosen.id, hintsShown: 0 });
  await unheard(session, (silent) => injectFault(silent, chosen));
  const answer = await ask(session, chosen);
  const { verdict, expected } = await judgeSymptom(session, chosen, answer);
  if (verdict === 'failed') {
    await unheard(session, (silent) => undoFault(silent, chosen));
    await writeKept(context.hosts.host.paths, { ...kept, hintsShown: 0 });
    context.print(
      `the fault ${chosen.id} does not show (expected ${expected}); it was undone. That is a bug of the lab.`,
    );
    return exitCodes.checkFailed;
  }
  context.print(
    [
      '',
      chosen.symptom.text,
      '',
      `  export KUBECONFIG=${kept.cluster.kubeconfig}`,
      '  npm run lab hint     where to look next',
      '  npm run lab answer   the cause',
      '  npm run lab fix      undo it',
      ...(whyNotAgain({ cluster: kept.cluster, lab }) === undefined
        ? [`  npm run lab check ${lab.id}   is it gone, after a repair of your own?`]
        : []),
    ].join('\n'),
  );
  return exitCodes.passed;
}

/** A fault that the cluster will not have is known before the minutes that it takes to make one. */
async function requireFault(context: CommandContext, name: string, fault: string): Promise<void> {
  const lab = await loadLab(context.projectRoot, name);
  const { cells, cluster } = context.options;
  const up = cluster === 'fresh' ? undefined : await standing(context, name);
  const traits = up?.kept.cluster ?? chooseCells(lab, cells)[0];
  if (traits !== undefined) chooseFault(lab, traits, fault);
}

async function broken(
  context: CommandContext,
  name: string | undefined,
): Promise<Standing & { fault: Fault }> {
  const at = await standing(context, name, (kept) => kept.fault !== undefined);
  const fault = at?.lab.faults.find(({ id }) => id === at.kept.fault);
  if (at === undefined || fault === undefined) {
    throw new UsageError(
      `no fault is in place; \`npm run lab break ${name ?? '03-nodeport'}\` puts one there`,
    );
  }
  return { ...at, fault };
}

/** One hint more each time; the last one stays the last. */
export async function hint(context: CommandContext, name: string | undefined): Promise<ExitCode> {
  const { kept, fault } = await broken(context, name);
  const shown = Math.min(kept.hintsShown + 1, fault.hints.length);
  await writeKept(context.hosts.host.paths, { ...kept, hintsShown: shown });
  fault.hints.slice(0, shown).forEach((text, index) => {
    context.print(`${index + 1}. ${text}`);
  });
  if (kept.hintsShown >= fault.hints.length)
    context.print('There are no more hints; `npm run lab answer` tells the cause.');
  return exitCodes.passed;
}

export async function answer(context: CommandContext, name: string | undefined): Promise<ExitCode> {
  const { fault } = await broken(context, name);
  context.print(fault.answer);
  return exitCodes.passed;
}

export async function fix(context: CommandContext, name: string | undefined): Promise<ExitCode> {
  const at = await broken(context, name);
  const session = await sessionOn(context, at);
  await refreshFacts(session);
  const already = await undoWhatIsLeft(session, at.fault);
  const answer = await ask(session, at.fault);
  const repaired = await isRepaired(session, at.fault, answer);
  await writeKept(context.hosts.host.paths, afterFix(at.kept, repaired));
  if (repaired) {
    const how = already ? ' (a command of the undo failed, as it does after a repair of your own)' : '';
    context.print(`repaired: HTTP ${answer.status}${how}`);
    return exitCodes.passed;
  }
  const saw = answered(answer) ? `HTTP ${answer.status}` : `curl exit ${answer.exit}`;
  context.print(
    `still broken: ${saw}. \`npm run lab fix\` tries again; \`npm run lab down ${at.lab.id}\` removes the cluster.`,
  );
  return exitCodes.checkFailed;
}

/** The fault is forgotten when it is repaired. As long as it is not, `fix` can be tried again. */
export function afterFix(kept: Kept, repaired: boolean): Kept {
  if (!repaired) return kept;
  const { fault: _, ...rest } = kept;
  return { ...rest, hintsShown: 0 };
}
