#!/usr/bin/env node
/** The `lab` command: words in, exit code out. */
import { writeFileSync } from 'node:fs';
import { causeOf } from '../src/host/cause.ts';
import { type ExitCode, exitCodes } from '../src/host/errors.ts';
import type { Span } from '../src/host/own-share.ts';
import { exitWith } from './cli/exit-with.ts';
import { type Invocation, parseArguments } from './cli/parse.ts';
import { type CommandContext, createContext } from './commands/context.ts';
import { doctor } from './commands/doctor.ts';
import { answer, breakLab, fix, hint } from './commands/drill.ts';
import { lint } from './commands/lint.ts';
import { list } from './commands/list.ts';
import { setup } from './commands/machine.ts';
import { replay } from './commands/replay.ts';
import { record, run } from './commands/run.ts';
import { check, down, gc, up } from './commands/stay.ts';
import { predictLab, traceLab } from './commands/trace.ts';

type Ready = Exclude<Invocation, { command: 'help' }>;

async function dispatch(context: CommandContext, invocation: Ready): Promise<ExitCode> {
  switch (invocation.command) {
    case 'list':
      return list(context);
    case 'run':
      return run(context, [invocation.lab]);
    case 'all':
      return run(context, undefined);
    case 'record':
      return record(context, invocation.labs);
    case 'replay':
      return replay(context, invocation.lab);
    case 'up':
      await up(context, invocation.lab);
      return exitCodes.passed;
    case 'check':
      return check(context, invocation.lab);
    case 'down':
      return down(context, invocation.lab);
    case 'break':
      return breakLab(context, invocation.lab, invocation.fault);
    case 'hint':
      return hint(context, invocation.lab);
    case 'answer':
      return answer(context, invocation.lab);
    case 'fix':
      return fix(context, invocation.lab);
    case 'doctor':
      return doctor(context, invocation.lab);
    case 'lint':
      return lint(context, invocation.lab);
    case 'trace':
      return traceLab(context, invocation.lab, invocation.probe);
    case 'predict':
      return predictLab(context, invocation.lab, invocation.probe);
    case 'setup':
      return setup(context, undefined);
    case 'prefetch':
      return setup(context, invocation.lab);
    case 'gc':
      return gc(context);
    default:
      return invocation satisfies never;
  }
}

async function main(): Promise<ExitCode> {
  const invocation = parseArguments(process.argv.slice(2), process.env);
  if (invocation.command === 'help') {
    process.stdout.write(`${invocation.text}\n`);
    return exitCodes.passed;
  }
  const spans: Span[] = [];
  const context = createContext(invocation.options, process.env, (span) => spans.push(span));
  let exitCode: ExitCode;
  try {
    exitCode = await dispatch(context, invocation);
  } catch (error) {
    throw causeOf(context.hosts.host.signal, error);
  } finally {
    context.reporter.close();
    const { LAB_SPANS: file } = process.env;
    if (file !== undefined) {
      const whole = { startedAt: 0, endedAt: performance.now() };
      writeFileSync(file, JSON.stringify({ whole, spans }));
    }
  }
  // Who asked for a report and has half of one is not told that all is well.
  const { reporter } = context;
  return exitCode === exitCodes.passed && reporter.lost?.() === true ? exitCodes.machine : exitCode;
}

await exitWith(main);
