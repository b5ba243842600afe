/** Commands on a cluster that stays: up, check, down. */
import { type Kept, readKept, writeKept } from '../../src/cluster/kept.ts';
import { type Broken, brokenClusters, isAlive, requireFenced } from '../../src/cluster/whole.ts';
import { cleanUpAfter } from '../../src/host/cause.ts';
import { type ExitCode, exitCodes, UsageError } from '../../src/host/errors.ts';
import { openJournal } from '../../src/host/journal.ts';
import type { Totals } from '../../src/lab/events.ts';
import { loadLab } from '../../src/lab/load.ts';
import { acquireCluster } from '../../src/lab/run/acquire.ts';
import { type CellChoice, chooseCells, groupCells } from '../../src/lab/run/cells.ts';
import { collectGarbage } from '../../src/lab/run/gc.ts';
import { requireKernel } from '../../src/lab/run/kernel-needs.ts';
import { runLab } from '../../src/lab/run/lab.ts';
import { prepareMachine } from '../../src/lab/run/machine.ts';
import { putLabIn, whyNotAgain } from '../../src/lab/run/put-in.ts';
import { whileHalfway } from '../../src/lab/run/reuse.ts';
import { openSession, type Session } from '../../src/lab/run/session.ts';
import { cellId } from '../../src/lab/schema/cell.ts';
import type { Lab } from '../../src/lab/schema/lab.ts';
import type { CommandContext } from './context.ts';
import { pace, requireStep } from './pace.ts';

export interface Standing {
  readonly kept: Kept;
  readonly lab: Lab;
}

/** Leaves the lab's cluster running and says how to talk to it, also where it was up already. */
export async function up(context: CommandContext, name: string): Promise<void> {
  const { kept } = await bringUp({ ...context, print: () => {} }, name);
  await requireFenced(context.hosts.host, kept.cluster.name);
  context.print(howToTalk(kept));
  if (kept.fault !== undefined)
    context.print('A fault is in place: `npm run lab hint` or `npm run lab fix`.');
}

const howToTalk = ({ cluster: { name, kubeconfig } }: Kept) =>
  `cluster ${name} is up\n  export KUBECONFIG=${kubeconfig}`;

/** Makes the lab's cluster, applies its manifests, and leaves it running. A cluster that is up already is used. */
export async function bringUp(context: CommandContext, name: string): Promise<Standing> {
  const { hosts, consent, projectRoot, options, reporter, print } = context;
  const lab = await loadLab(projectRoot, name);
  const [cell] = chooseCells(lab, options.cells);
  const [group] = groupCells(cell === undefined ? [] : [cell]);
  if (cell === undefined || group === undefined) throw new UsageError(`lab ${lab.id} has no cells`);
  const kept =
    options.cluster === 'fresh' ? undefined : await find(context, (one) => fits(one, lab.id, options.cells));
  if (kept !== undefined) return { kept, lab };
  for (const one of await broken(context, lab.id)) reporter.report({ type: 'note', text: one.about });

  await requireKernel(hosts.host, [cell]);
  const journal = await openJournal(hosts.cleanup);
  const machine = await prepareMachine(hosts.host, consent);
  const acquired = await acquireCluster(hosts.host, hosts.cleanup, journal, machine, group, false);
  try {
    const at = { lab: lab.id, cell: cell.id };
    const { cluster } = acquired;
    await putLabIn({ host: hosts.host, cluster, lab, at, report: reporter.report });
    const kept = { cluster, lab: lab.id, hintsShown: 0 };
    await writeKept(hosts.host.paths, kept);
    await acquired.release('keep');
    print(howToTalk(kept));
    return { kept, lab };
  } catch (error) {
    return cleanUpAfter(error, hosts.host.signal, () => acquired.release('remove'));
  }
}

/** The first cluster that stays, still runs, and is wanted. */
async function find(context: CommandContext, wanted: (kept: Kept) => boolean): Promise<Kept | undefined> {
  const { exec, paths } = context.hosts.host;
  for (const kept of await readKept(paths))
    if (wanted(kept) && (await isAlive(exec, kept.cluster))) return kept;
  return undefined;
}

/** Clusters with this lab in them that can't be used. */
async function broken({ hosts: { host }, options }: CommandContext, lab: string): Promise<readonly Broken[]> {
  return (await brokenClusters(host)).filter(({ kept }) => fits(kept, lab, options.cells));
}

/** Where nobody asked for a mode or a network, any cluster with this lab in it will do. */
const fits = ({ lab: inside, cluster }: Kept, lab: string | undefined, asked: CellChoice) =>
  inside !== undefined &&
  (lab === undefined || inside === lab) &&
  ['first', 'all', cluster.proxyMode].includes(asked.proxyMode) &&
  ['first', 'all', cluster.podNetwork].includes(asked.podNetwork);

/**
 * A cluster that is up, with the lab that is in it.
 * @param only which of them; a drill wants the one with the fault
 */
export async function standing(
  context: CommandContext,
  name: string | undefined,
  only: (kept: Kept) => boolean = () => true,
): Promise<Standing | undefined> {
  const wanted = name === undefined ? undefined : (await loadLab(context.projectRoot, name)).id;
  const { cells } = context.options;
  const kept = await find(context, (one) => fits(one, wanted, cells) && only(one));
  if (kept?.lab === undefined) return undefined;
  return { kept, lab: await loadLab(context.projectRoot, kept.lab) };
}

/** A session on a cluster that stays, with its facts, and with its fence. */
export async function sessionOn(context: CommandContext, { kept, lab }: Standing): Promise<Session> {
  await requireFenced(context.hosts.host, kept.cluster.name);
  const at = { lab: lab.id, cell: cellId(kept.cluster) };
  return openSession({
    host: context.hosts.host,
    cluster: kept.cluster,
    lab,
    at,
    report: context.reporter.report,
  });
}

export async function check(context: CommandContext, name: string): Promise<ExitCode> {
  const found = await standing(context, name);
  if (found === undefined) {
    const [one] = await broken(context, (await loadLab(context.projectRoot, name)).id);
    throw new UsageError(
      one === undefined ? `no cluster is up for ${name}; \`npm run lab up ${name}\` makes one` : one.about,
    );
  }
  const { kept, lab } = found;
  requireStep(lab, context.options.until);
  const once = whyNotAgain({ cluster: kept.cluster, lab });
  if (once !== undefined) throw new UsageError(once);
  await requireFenced(context.hosts.host, kept.cluster.name);
  const { report } = context.reporter;
  const at = { lab: lab.id, cell: cellId(kept.cluster) };
  const start = { host: context.hosts.host, cluster: kept.cluster, lab, at, report };
  const workload = kept.fault === undefined ? 'there' : 'broken';
  const { exitCode, totals } = await whileHalfway(start.host, kept, lab.id, () =>
    runLab(start, { ...pace(context), faults: [], workload }),
  );
  if (kept.fault !== undefined) report({ type: 'note', text: aboutFault(exitCode, totals) });
  return exitCode;
}

const countsAsInPlace = 'It counts as in place until `npm run lab fix` has undone it.';

/** Without its name: that would be a hint. */
export const aboutFault = (exitCode: ExitCode, { skipped }: Pick<Totals, 'skipped'>) =>
  exitCode === exitCodes.passed
    ? skipped === 0
      ? `Nothing of the fault is left that a check sees. ${countsAsInPlace}`
      : `Not all checks ran, so the fault may be where nobody has looked. ${countsAsInPlace}`
    : 'A fault is in place, so nothing was applied again: this is what is there. `npm run lab hint` says where to look; `npm run lab fix` undoes it.';

/** Removes what the user asked to keep, of one lab where it is named, and what crashed runs left. */
export async function down(context: CommandContext, name: string | undefined): Promise<ExitCode> {
  const lab = name === undefined ? undefined : (await loadLab(context.projectRoot, name)).id;
  const { removed, elsewhere } = await collectGarbage(
    context.hosts.host,
    lab === undefined ? 'all' : { lab },
  );
  const which = lab === undefined ? '' : ` for ${lab}`;
  context.print(removed.length === 0 ? `no cluster was up${which}` : `removed ${removed.join(', ')}`);
  for (const text of elsewhere) context.print(text);
  return exitCodes.passed;
}

export async function gc(context: CommandContext): Promise<ExitCode> {
  const { removed, kept, broken, elsewhere } = await collectGarbage(context.hosts.host, 'none');
  context.print(removed.length === 0 ? 'nothing was left behind' : `removed ${removed.join(', ')}`);
  if (kept.length > 0)
    context.print(`in use: ${kept.join(', ')} (\`npm run lab down\` removes clusters that stay)`);
  for (const text of [...broken, ...elsewhere]) context.print(text);
  return exitCodes.passed;
}
