/** Executes steps: one small interpreter for each kind. */
import { damageOf } from '../../trace/observe/damage.ts';
import type { CommandRecord, StepRecord } from '../evidence/schema.ts';
import { predictedId, traceValue } from '../evidence/trace-value.ts';
import { fill } from '../expression.ts';
import { plainJson } from '../json.ts';
import { isAbout } from '../schema/cell.ts';
import type { Step, StepOf } from '../schema/step.ts';
import { capture } from './capture.ts';
import { judgeChecks } from './checks.ts';
import { runAt, StepError } from './command.ts';
import { awaitGates } from './gates.ts';
import { parseOutput } from './parse.ts';
import { probeCommand, probeTimeoutS, probeValue } from './probe.ts';
import { contextNow, fillAll, refreshFacts, type Session } from './session.ts';
import { traceFrom, traceLedger, traceShown } from './trace.ts';

type Outcome = Pick<StepRecord, 'commands' | 'value'> & Partial<Pick<StepRecord, 'facts'>>;

/** Runs a step and its checks. `within` is the capture that listens meanwhile. */
export async function runStep(session: Session, step: Step, within?: StepRecord): Promise<void> {
  if (!isAbout(step, session.cluster)) return;
  const startedAt = performance.now();
  session.report({ type: 'step-start', step });
  const open = within === undefined ? [] : [within];
  const outcome = await execute(session, step, open);
  const record: StepRecord = {
    id: step.id,
    kind: step.kind,
    ...(within === undefined ? {} : { within: within.id }),
    ...outcome,
  };
  session.steps.push(record);
  session.report({ type: 'step-end', record, durationMs: performance.now() - startedAt });
  await judgeChecks(session, step.id, step.checks);
}

function execute(session: Session, step: Step, open: readonly StepRecord[]): Promise<Outcome> {
  switch (step.kind) {
    case 'say':
      return Promise.resolve({ commands: [], value: null });
    case 'run':
      return run(session, step, open);
    case 'probe':
      return probe(session, step, open);
    case 'trace':
      return trace(session, step, open);
    case 'change':
      return change(session, step, open);
    case 'capture':
      return capture(session, step, (inner, begun) => runStep(session, inner, begun));
    default:
      return step satisfies never;
  }
}

async function placeOf(session: Session, on: string, step: string, open: readonly StepRecord[]) {
  return fill(on, contextNow(session, open), `step ${step}, on`);
}

async function run(session: Session, step: StepOf<'run'>, open: readonly StepRecord[]): Promise<Outcome> {
  const record = await runAt(session, step.id, {
    on: await placeOf(session, step.on, step.id, open),
    command: await fillAll(session, step.command, `step ${step.id}`, open),
    timeoutS: step.timeoutS,
    accept: step.accept,
  });
  return { commands: [record], value: parseOutput(step.parse, record.out) };
}

async function probe(session: Session, step: StepOf<'probe'>, open: readonly StepRecord[]): Promise<Outcome> {
  const url = await fill(step.url, contextNow(session, open), `step ${step.id}, url`);
  const record = await runAt(session, step.id, {
    on: await placeOf(session, step.from, step.id, open),
    command: probeCommand({ ...step, url }),
    timeoutS: probeTimeoutS(step),
    accept: 'any',
  });
  return { commands: [record], value: plainJson(probeValue(record.exit, record.out)) ?? null };
}

async function trace(session: Session, step: StepOf<'trace'>, open: readonly StepRecord[]): Promise<Outcome> {
  const filled = {
    ...step,
    url: await fill(step.url, contextNow(session, open), `step ${step.id}, url`),
    from: await placeOf(session, step.from, step.id, open),
  };
  const shown = traceShown(session, filled);
  session.report({ type: 'command', on: 'you', shown });
  const { predicted, observed, comparison, problems } = await traceFrom(session, filled);
  const damage = damageOf(problems);
  if (damage !== undefined)
    throw new StepError(`step ${step.id}: \`${shown}\`: ${damage}; run the lab again`);
  session.traces[step.id] = [...observed];
  session.traces[predictedId(step.id)] = [...predicted];
  const record: CommandRecord = {
    shown,
    exit: comparison.verdict === 'equal' ? 0 : 1,
    out: traceLedger(observed, session.cluster.name),
    err: '',
  };
  session.report({ type: 'output', record });
  return { commands: [record], value: traceValue(predicted, observed) };
}

async function change(
  session: Session,
  step: StepOf<'change'>,
  open: readonly StepRecord[],
): Promise<Outcome> {
  const commands: CommandRecord[] = [];
  for (const { on, command } of step.commands) {
    const filled = await fillAll(session, command, `step ${step.id}`, open);
    const place = await placeOf(session, on, step.id, open);
    commands.push(await runAt(session, step.id, { on: place, command: filled, timeoutS: 60, accept: [0] }));
  }
  await awaitGates(session, step.until);
  return { commands, value: null, facts: await refreshFacts(session) };
}
