/** `lab run`, `lab all`, `lab record`: labs on clusters that go again. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ExitCode, exitCodes, UsageError } from '../../src/host/errors.ts';
import { definitionHash, readDefinitionFiles } from '../../src/lab/definition.ts';
import { complete } from '../../src/lab/evidence/complete.ts';
import { cleaner } from '../../src/lab/evidence/hygiene.ts';
import { formatEvidence, toEvidence } from '../../src/lab/evidence/record.ts';
import type { Evidence } from '../../src/lab/evidence/schema.ts';
import { listLabs, loadLab } from '../../src/lab/load.ts';
import { type Cell, type CellChoice, chooseCells, fittingCells } from '../../src/lab/run/cells.ts';
import { dryRun } from '../../src/lab/run/dry-run.ts';
import { type RunRequest, runLabs } from '../../src/lab/run/run.ts';
import { cellsOfMatrix } from '../../src/lab/schema/cell.ts';
import type { Lab } from '../../src/lab/schema/lab.ts';
import type { CommandContext } from './context.ts';
import { pace, requireStep } from './pace.ts';

/** `names`: labs as the person wrote them; `undefined` for all that are no drafts. */
export async function run(context: CommandContext, names: readonly string[] | undefined): Promise<ExitCode> {
  const { options, projectRoot, reporter } = context;
  const labs = await load(projectRoot, names);
  for (const lab of labs) requireStep(lab, options.until);
  const cells =
    names === undefined
      ? cellsOfAll(labs, options.cells)
      : labs.flatMap((lab) => chooseCells(lab, options.cells));
  if (options.dryRun) {
    for (const cell of cells) dryRun(cell, options.faults, reporter.report);
    return exitCodes.passed;
  }
  const code = await runLabs(context.hosts, { ...request(context), cells }, reporter.report);
  if (code === exitCodes.machine) {
    reporter.report({
      type: 'note',
      text: `the recorded run can be seen without a cluster: npm run lab replay ${labs[0]?.id}`,
    });
  }
  return code;
}

/**
 * Of all labs, those run that have such a cell; a lab that is named must have one.
 *
 * @throws UsageError when none has: a run of nothing would pass
 */
function cellsOfAll(labs: readonly Lab[], choice: CellChoice): readonly Cell[] {
  const cells = labs.flatMap((lab) => fittingCells(lab, choice));
  if (cells.length > 0) return cells;
  if (labs.length === 0) throw new UsageError('there is no lab to run: all are drafts; run one by its id');
  const { proxyMode, podNetwork } = choice;
  const flags = [
    ...(proxyMode === 'first' || proxyMode === 'all' ? [] : [`--proxy-mode ${proxyMode}`]),
    ...(podNetwork === 'first' || podNetwork === 'all' ? [] : [`--network ${podNetwork}`]),
  ];
  const there = new Set(labs.flatMap(({ matrix }) => cellsOfMatrix(matrix).map(({ id }) => id)));
  throw new UsageError(`no lab has a cell for ${flags.join(' ')}; there are ${[...there].join(', ')}`);
}

/** Runs every cell with its faults, and writes the evidence of a lab when all its cells passed. */
export async function record(context: CommandContext, names: readonly string[]): Promise<ExitCode> {
  const { projectRoot, reporter, hosts, options } = context;
  const labs = await load(projectRoot, names);
  const cells = labs.flatMap((lab) => chooseCells(lab, options.cells));
  const made: Evidence[] = [];
  const clean = cleaner(hosts.host);
  const code = await runLabs(
    hosts,
    {
      ...request(context),
      cells,
      faults: ({ lab }) => lab.faults,
      // What is published must not fail later, where labs share a cluster.
      tidy: 'always',
      until: undefined,
      onResult: async ({ session, exitCode }, { versions, image }) => {
        if (exitCode !== exitCodes.passed) return;
        const definition = definitionHash(session.lab, await readDefinitionFiles(projectRoot, session.lab));
        made.push(
          toEvidence(session, { versions, provenance: image.provenance, definition, at: new Date() }, clean),
        );
      },
    },
    reporter.report,
  );
  const { whole, withheld } = complete(cells, made);
  for (const evidence of whole) {
    const folder = join(projectRoot, 'labs', evidence.lab, 'evidence');
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, `${evidence.cell}.json`), formatEvidence(evidence));
    reporter.report({ type: 'note', text: `recorded labs/${evidence.lab}/evidence/${evidence.cell}.json` });
  }
  for (const { lab, passed, others } of withheld) {
    const instead = passed.length === 0 ? '' : `, so ${passed.join(', ')} is not written either`;
    reporter.report({
      type: 'note',
      text: `not recorded: ${lab}. ${others.join(', ')} did not pass${instead}.`,
    });
  }
  return code;
}

async function load(projectRoot: string, names: readonly string[] | undefined): Promise<Lab[]> {
  const loaded = await Promise.all(
    (names ?? (await listLabs(projectRoot))).map((name) => loadLab(projectRoot, name)),
  );
  return names === undefined ? loaded.filter(({ draft }) => !draft) : loaded;
}

function request(context: CommandContext): Omit<RunRequest, 'cells'> {
  const { options, consent } = context;
  return {
    keep: options.keep,
    reuse: options.cluster === 'reuse',
    tidy: 'shared',
    faults: ({ lab }) => (options.faults ? lab.faults : []),
    consent,
    ...pace(context),
  };
}
