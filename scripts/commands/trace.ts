/** `lab trace`, `lab predict`: the probes of a lab, followed on the cluster that stays. */
import { type ExitCode, exitCodes, UsageError } from '../../src/host/errors.ts';
import { fill } from '../../src/lab/expression.ts';
import { nearest } from '../../src/lab/nearest.ts';
import { wantsColours } from '../../src/lab/report/paint.ts';
import { contextNow, refreshFacts, type Session } from '../../src/lab/run/session.ts';
import { predictFrom, traceFrom } from '../../src/lab/run/trace.ts';
import { isAbout } from '../../src/lab/schema/cell.ts';
import { type Lab, walkSteps } from '../../src/lab/schema/lab.ts';
import type { StepOf } from '../../src/lab/schema/step.ts';
import { judgeTrace } from '../trace/judge.ts';
import { formatPaths, formatVerdict, type PrintOptions, reportOf } from '../trace/print.ts';
import type { CommandContext } from './context.ts';
import { bringUp, sessionOn } from './stay.ts';

type Asking = StepOf<'trace'> | StepOf<'probe'>;

/** Makes the lab's cluster when none is up. Exit 1 when one probe is not as predicted, or was not wholly seen. */
export async function traceLab(
  context: CommandContext,
  name: string,
  probe: string | undefined,
): Promise<ExitCode> {
  const session = await open(context, name);
  const options = printOptions(context, session);
  const codes: ExitCode[] = [];
  for (const step of chooseProbes(session, probe)) {
    const traced = await traceFrom(session, await filled(session, step), context.options.count);
    if (context.options.json) context.print(JSON.stringify(reportOf(traced), null, 2));
    else context.print(`${formatPaths(traced.observed, options)}\n\n${formatVerdict(traced, options)}\n`);
    codes.push(judgeTrace(traced, (text) => process.stderr.write(`${text}\n`)));
  }
  return codes.includes(exitCodes.checkFailed) ? exitCodes.checkFailed : exitCodes.passed;
}

/** Every path of each probe; nothing is sent. */
export async function predictLab(
  context: CommandContext,
  name: string,
  probe: string | undefined,
): Promise<ExitCode> {
  const session = await open(context, name);
  for (const step of chooseProbes(session, probe)) {
    const predicted = await predictFrom(session, await filled(session, step));
    if (context.options.json) context.print(JSON.stringify(predicted, null, 2));
    else context.print(`${formatPaths(predicted, printOptions(context, session))}\n`);
  }
  return exitCodes.passed;
}

async function open(context: CommandContext, name: string): Promise<Session> {
  // What a cluster's start has to say is no part of the JSON.
  const { json } = context.options;
  const aside = { ...context, print: (text: string) => void process.stderr.write(`${text}\n`) };
  const session = await sessionOn(context, await bringUp(json ? aside : context, name));
  session.initial = await refreshFacts(session);
  return session;
}

const printOptions = ({ options, hosts }: CommandContext, { cluster }: Session): PrintOptions => ({
  cluster: cluster.name,
  wide: options.wide || options.volume === 'verbose',
  color: wantsColours({
    flag: options.colours,
    env: hosts.host.env,
    terminal: process.stdout.isTTY === true,
  }),
});

async function filled(session: Session, step: Asking) {
  const place = `step ${step.id}`;
  return {
    from: await fill(step.from, contextNow(session), place),
    url: await fill(step.url, contextNow(session), place),
    protocol: step.kind === 'trace' ? step.protocol : ('tcp' as const),
    timeoutS: step.timeoutS,
  };
}

/** The one that is named, else every trace step; a lab without one has its first probe followed. */
function chooseProbes(session: Session, id: string | undefined): Asking[] {
  const all = asking(session.lab).filter((step) => isAbout(step, session.cluster));
  if (id === undefined) {
    const traces = all.filter(({ kind }) => kind === 'trace');
    return traces.length > 0 ? traces : all.slice(0, 1);
  }
  const found = all.filter((step) => step.id === id);
  if (found.length > 0) return found;
  const names = all.map((step) => step.id);
  const near = nearest(id, names);
  throw new UsageError(
    `lab ${session.lab.id} has no probe "${id}"; ${near.length > 0 ? `did you mean ${near.join(' or ')}?` : `it has ${names.join(', ')}`}`,
  );
}

/** Trace and probe steps; those of other places than a trace starts from are left out. */
function asking(lab: Lab): Asking[] {
  return [...walkSteps(lab.steps)]
    .map(({ step }) => step)
    .filter((step): step is Asking => step.kind === 'trace' || step.kind === 'probe')
    .filter(({ from }) => from !== 'you');
}
