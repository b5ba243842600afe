/** How far a lab goes and how fast: --until and --step. */
import { UsageError } from '../../src/host/errors.ts';
import { nearest } from '../../src/lab/nearest.ts';
import type { LabOptions } from '../../src/lab/run/lab.ts';
import { type Lab, walkSteps } from '../../src/lab/schema/lab.ts';
import { ask, canAsk } from '../cli/ask.ts';
import type { CommandContext } from './context.ts';

/** What `--until` and `--step` mean for a run. Where nobody can press Enter, nothing waits for it. */
export function pace({
  options,
  terminal,
}: Pick<CommandContext, 'options' | 'terminal'>): Pick<LabOptions, 'until' | 'beforeStep'> {
  const { until, step } = options;
  if (!step || !canAsk(terminal)) return { until };
  return { until, beforeStep: async () => void (await ask(terminal, 'Enter for the next step: ')) };
}

/** @throws UsageError when there is no such step, or it is inside a capture: that listens until all in it has ended. */
export function requireStep(lab: Pick<Lab, 'id' | 'steps'>, id: string | undefined): void {
  const ids = lab.steps.map((step) => step.id);
  if (id === undefined || ids.includes(id)) return;
  const around = lab.steps.find((step) => [...walkSteps([step])].some((one) => one.step.id === id));
  if (around !== undefined) {
    throw new UsageError(
      `lab ${lab.id} can't stop after "${id}": it is a part of "${around.id}"; stop after that`,
    );
  }
  const near = nearest(id, ids);
  const hint = near.length > 0 ? `did you mean ${near.join(' or ')}?` : `it has ${ids.join(', ')}`;
  throw new UsageError(`lab ${lab.id} has no step "${id}" to stop after; ${hint}`);
}
