/** Makes again, from the definition and what was recorded before, what a step's record must say. */
import { formatCommand } from '../../host/exec.ts';
import { type Context, ExpressionError, expressionsIn, fill, parseExpression } from '../expression.ts';
import { type Json, plainJson } from '../json.ts';
import { parseOutput } from '../run/parse.ts';
import { probeCommand, probeValue } from '../run/probe.ts';
import type { Parse, Step } from '../schema/step.ts';
import type { Evidence, StepRecord } from './schema.ts';
import { predictedId, traceValue } from './trace-value.ts';

/** The value that follows from the recorded outputs; `undefined` where none was asked for. */
export function valueAgain(step: Step, record: StepRecord, traces: Evidence['traces']): Json | undefined {
  const [command] = record.commands;
  switch (step.kind) {
    case 'say':
    case 'change':
      return undefined;
    case 'run':
      return command === undefined ? undefined : parseAgain(step.parse, command.out);
    case 'probe':
      return command === undefined ? undefined : plainJson(probeValue(command.exit, command.out));
    case 'trace':
      return traceValue(traces[predictedId(step.id)] ?? [], traces[step.id] ?? []);
    case 'capture':
      return Object.fromEntries(
        step.watches.map(({ id, parse }, index) => [
          id,
          parseAgain(parse, record.commands[index]?.out ?? ''),
        ]),
      );
    default:
      return step satisfies never;
  }
}

/**
 * Exit codes with which a step ends well: what the lab accepts, and of a trace what it came to.
 *
 * @param value of the step, from `valueAgain`.
 */
export function exitsAgain(step: Step, value: Json | undefined): readonly number[] | 'any' {
  switch (step.kind) {
    case 'run':
      return step.accept;
    case 'probe':
      return 'any';
    case 'trace':
      return [verdictOf(value) === 'equal' ? 0 : 1];
    default:
      return [0];
  }
}

const verdictOf = (value: Json | undefined): unknown =>
  typeof value === 'object' && value !== null && 'verdict' in value ? value.verdict : undefined;

function parseAgain(parse: Parse, output: string): Json {
  try {
    return parseOutput(parse, output);
  } catch (error) {
    return `not ${parse}: ${(error as Error).message}`;
  }
}

/**
 * What each command of the record must contain: its words with the addresses of the time. A command that reads
 * a step of which nothing was recorded yet (its own capture) gives `undefined`.
 *
 * @param before the context when the step began.
 */
export async function commandsAgain(step: Step, before: Context): Promise<(string | undefined)[]> {
  switch (step.kind) {
    case 'say':
      return [];
    case 'run':
      return [await wordsAgain(step.command, before)];
    case 'probe': {
      const url = await templateAgain(step.url, before);
      return [url === undefined ? undefined : formatCommand(probeCommand({ ...step, url }))];
    }
    case 'trace': {
      const url = await templateAgain(step.url, before);
      return [url === undefined ? undefined : formatCommand([url])];
    }
    case 'change':
      return Promise.all(step.commands.map(({ command }) => wordsAgain(command, before)));
    case 'capture':
      return Promise.all(step.watches.map(({ command }) => wordsAgain(command, before)));
    default:
      return step satisfies never;
  }
}

/** Without the program: kubectl has flags of ours after it. */
async function wordsAgain(words: readonly string[], context: Context): Promise<string | undefined> {
  const filled = await Promise.all(words.slice(1).map((word) => templateAgain(word, context)));
  const known = filled.filter((word) => word !== undefined);
  return known.length < filled.length ? undefined : formatCommand(known);
}

async function templateAgain(template: string, context: Context): Promise<string | undefined> {
  const reads = expressionsIn(template).flatMap((expression) => parseExpression(expression).steps);
  if (reads.some((id) => context.steps[id] === undefined)) return undefined;
  try {
    return await fill(template, context, 'again');
  } catch (error) {
    // What has no value in the recorded facts is a difference, and the command will show it.
    if (error instanceof ExpressionError) return `no value: ${error.message}`;
    throw error;
  }
}
