/** Makes the evidence of a lab that ran on a made-up cluster, as the runner would. */
import { checksOfCell, gatesOfCell, stepsOfCell } from '../cell-steps.ts';
import { contextAfter } from '../expression.ts';
import { judgeCheck } from '../judge.ts';
import type { Lab } from '../schema/lab.ts';
import { commandsAgain, exitsAgain, valueAgain } from './rederive.ts';
import type { Evidence, Facts, StepRecord } from './schema.ts';
import { sealed, unsealedSchema } from './seal.ts';

export interface Seen extends Pick<Evidence, 'facts' | 'traces' | 'faults'> {
  /** By step. */
  readonly outputs: Readonly<Record<string, string>>;
  /** By step: facts after it. */
  readonly after: Readonly<Record<string, Facts>>;
}

const cell = { proxyMode: 'iptables', podNetwork: 'kindnet' } as const;

/** Every gate opened, and every command ended as the lab accepts. */
export async function recordAs(lab: Lab, definition: string, seen: Seen): Promise<Evidence> {
  const { facts, traces, faults } = seen;
  const steps = await recordSteps(lab, seen);
  const checks = await Promise.all(
    checksOfCell(lab, cell).map(async ({ check, step }) => {
      const end = steps.findIndex(({ id }) => id === step) + 1;
      const judged = await judgeCheck(check, contextAfter(facts, steps.slice(0, end)));
      return { id: check.id, step, claim: check.claim, scope: check.scope, ...judged };
    }),
  );
  const evidence = unsealedSchema.parse({
    schema: 1,
    lab: lab.id,
    cell: 'iptables',
    recordedAt: '2026-11-22T00:00:00Z',
    on: {
      kubernetes: 'v1.37.0',
      kind: 'v0.33.0',
      proxyMode: 'iptables',
      kernel: '6.1',
      containerd: '2.2',
      docker: '29',
      architecture: 'amd64',
      images: [],
    },
    definition,
    facts,
    gates: gatesOfCell(lab, cell).map(({ id, claim }) => ({ id, claim, verdict: 'passed', saw: '1' })),
    steps,
    checks,
    faults,
    traces,
  });
  return sealed(evidence);
}

async function recordSteps(lab: Lab, { facts, outputs, after, traces }: Seen): Promise<StepRecord[]> {
  const records: StepRecord[] = [];
  for (const { step, within } of stepsOfCell(lab, cell)) {
    const words = await commandsAgain(step, contextAfter(facts, records));
    const ended = (exit: number): StepRecord => ({
      id: step.id,
      kind: step.kind,
      ...(within === undefined ? {} : { within }),
      commands: words.map((text) => ({
        shown: `docker exec ${facts.nodes.worker?.name} ${text}`,
        exit,
        out: outputs[step.id] ?? '',
        err: '',
      })),
      value: null,
      ...(after[step.id] === undefined ? {} : { facts: after[step.id] }),
    });
    const value = valueAgain(step, ended(0), traces);
    const accepted = exitsAgain(step, value);
    records.push({ ...ended(accepted === 'any' ? 0 : (accepted[0] ?? 0)), value: value ?? null });
  }
  return records;
}
