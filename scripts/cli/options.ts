/** What the flags of a command mean. */

import { podNetworkNames } from '../../src/cluster/shape.ts';
import { UsageError } from '../../src/host/errors.ts';
import { didYouMean } from '../../src/lab/nearest.ts';
import { type ReporterName, reporterNames } from '../../src/lab/report/create.ts';
import type { Volume } from '../../src/lab/report/lines.ts';
import type { CellChoice } from '../../src/lab/run/cells.ts';
import { proxyModes } from '../../src/lab/schema/names.ts';
import type { CommandName } from './commands.ts';
import type { FlagName } from './flags.ts';
import { positive } from './parse-words.ts';
import type { FlagValues } from './read-flags.ts';

export interface Options {
  /** The person has agreed to changes of the machine beforehand. */
  readonly yes: boolean;
  /** What happens to the cluster at the end. */
  readonly keep: 'never' | 'on-failure' | 'always';
  /** `any`: what the command does without being told. */
  readonly cluster: 'any' | 'reuse' | 'fresh';
  readonly cells: CellChoice;
  readonly faults: boolean;
  readonly until: string | undefined;
  readonly dryRun: boolean;
  readonly step: boolean;
  /** Seconds. */
  readonly timeoutS: number | undefined;
  /** `undefined`: what suits the terminal. */
  readonly reporter: ReporterName | undefined;
  readonly out: string | undefined;
  readonly json: boolean;
  /** Where the report goes: not between the JSON that a command prints itself. */
  readonly screen: 'stdout' | 'stderr';
  readonly wide: boolean;
  /** How often a probe is sent. */
  readonly count: number;
  readonly undo: boolean;
  readonly pin: boolean;
  readonly volume: Volume;
  readonly colours: boolean;
}

/** Commands that take every cell and every fault unless they are told otherwise. */
const thorough: readonly CommandName[] = ['all', 'record', 'prefetch'];

/** With --json they print a document of their own, and no stream of events. */
const documents: readonly CommandName[] = ['trace', 'predict'];

/** @throws UsageError */
export function toOptions(command: CommandName, flags: FlagValues): Options {
  const on = (name: FlagName) => flags[name] === true;
  const text = (name: FlagName) => {
    const value = flags[name];
    return typeof value === 'string' ? value : undefined;
  };
  oneOf(flags, 'keep', 'keep-on-failure');
  oneOf(flags, 'reuse', 'fresh');
  oneOf(flags, 'quiet', 'verbose');
  const isDocument = documents.includes(command);
  const byDefault = thorough.includes(command) ? 'all' : 'first';
  const reporter = choice('reporter', text('reporter'), reporterNames);
  return {
    yes: on('yes'),
    keep: on('keep') ? 'always' : on('keep-on-failure') ? 'on-failure' : 'never',
    cluster: on('reuse') ? 'reuse' : on('fresh') ? 'fresh' : 'any',
    cells: {
      proxyMode: choice('proxy-mode', text('proxy-mode'), [...proxyModes, 'all'] as const) ?? byDefault,
      podNetwork: choice('network', text('network'), [...podNetworkNames, 'all'] as const) ?? byDefault,
    },
    faults: on('faults') || thorough.includes(command),
    until: text('until'),
    dryRun: on('dry-run'),
    step: on('step'),
    timeoutS: seconds(text('timeout')),
    reporter: reporter ?? (on('json') && !isDocument ? 'jsonl' : undefined),
    out: text('out'),
    json: on('json'),
    screen: on('json') && isDocument ? 'stderr' : 'stdout',
    wide: on('wide'),
    count: positive('count', text('count') ?? '1'),
    undo: on('undo'),
    pin: on('pin'),
    volume: on('quiet') ? 'quiet' : on('verbose') ? 'verbose' : 'normal',
    colours: !on('no-color'),
  };
}

function oneOf(flags: FlagValues, a: FlagName, b: FlagName): void {
  if (flags[a] === true && flags[b] === true) {
    throw new UsageError(`--${a} and --${b} contradict each other; give one of them`);
  }
}

function choice<Value extends string>(
  name: FlagName,
  value: string | undefined,
  values: readonly Value[],
): Value | undefined {
  if (value === undefined) return undefined;
  const chosen = values.find((one) => one === value);
  if (chosen !== undefined) return chosen;
  const near = didYouMean(value, values);
  throw new UsageError(`--${name} is ${values.join(', ')}, not "${value}"${near}`);
}

function seconds(value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  const number = Number(value.replace(/s$/, ''));
  if (Number.isFinite(number) && number > 0) return number;
  throw new UsageError(`--timeout is a number of seconds, not "${value}"`);
}
