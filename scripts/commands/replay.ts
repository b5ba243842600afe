/** `lab replay`: shows a recorded run where there is no Docker. It is never a pass. */
import { type ExitCode, exitCodes } from '../../src/host/errors.ts';
import type { Totals } from '../../src/lab/events.ts';
import { readEvidence } from '../../src/lab/evidence/read.ts';
import type { Evidence } from '../../src/lab/evidence/schema.ts';
import { loadLab } from '../../src/lab/load.ts';
import { type Cell, chooseCells } from '../../src/lab/run/cells.ts';
import { walkSteps } from '../../src/lab/schema/lab.ts';
import type { CommandContext } from './context.ts';

export async function replay(context: CommandContext, name: string): Promise<ExitCode> {
  const { projectRoot, reporter, options } = context;
  const lab = await loadLab(projectRoot, name);
  const cells = chooseCells(lab, options.cells);
  const recorded = await Promise.all(
    cells.map(async (cell) => ({ cell, evidence: await readEvidence(projectRoot, lab.id, cell.id) })),
  );
  const labs = cells.map(({ id }) => ({ lab: lab.id, cell: id }));
  const [first] = recorded;
  reporter.report({
    type: 'run-start',
    labs,
    replayed: true,
    ...(first && { recordedAt: first.evidence.recordedAt }),
  });
  const totals = recorded.map(({ cell, evidence }) => replayCell(context, cell, evidence));
  reporter.report({
    type: 'run-end',
    totals: totals.reduce(
      (sum, one) => ({
        passed: sum.passed + one.passed,
        failed: sum.failed + one.failed,
        skipped: sum.skipped + one.skipped,
      }),
      { passed: 0, failed: 0, skipped: 0 },
    ),
    durationMs: 0,
    exitCode: exitCodes.machine,
    stays: [],
    fenced: 0,
  });
  return exitCodes.machine;
}

function replayCell({ reporter }: CommandContext, { lab, podNetwork }: Cell, evidence: Evidence): Totals {
  const { report } = reporter;
  const at = { lab: lab.id, cell: evidence.cell };
  report({
    type: 'cell-start',
    at,
    title: lab.title,
    question: lab.question,
    proxyMode: evidence.on.proxyMode,
    podNetwork,
    recordedAt: evidence.recordedAt,
  });
  for (const record of evidence.gates) report({ type: 'gate', record, durationMs: 0 });
  const steps = new Map([...walkSteps(lab.steps)].map(({ step }) => [step.id, step]));
  for (const record of evidence.steps) {
    const step = steps.get(record.id);
    if (step !== undefined) report({ type: 'step-start', step });
    for (const command of record.commands) {
      report({ type: 'command', on: 'you', shown: command.shown });
      report({ type: 'output', record: command });
    }
    report({ type: 'step-end', record, durationMs: 0 });
    for (const check of evidence.checks)
      if (check.step === record.id) report({ type: 'check', record: check });
  }
  for (const record of evidence.faults) report({ type: 'fault', record, durationMs: 0 });
  const all = [...evidence.gates, ...evidence.checks, ...evidence.faults];
  const of = (verdict: string) => all.filter((one) => one.verdict === verdict).length;
  const totals = { passed: of('passed'), failed: of('failed'), skipped: of('skipped') };
  report({ type: 'cell-end', at, totals, durationMs: 0, exitCode: exitCodes.machine });
  return totals;
}
