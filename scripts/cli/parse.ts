/** From the words on the command line to what is to be done. */
import { UsageError } from '../../src/host/errors.ts';
import { didYouMean, nearest } from '../../src/lab/nearest.ts';
import { type CommandName, type CommandWith, commandNames, commandSpec, operandForms } from './commands.ts';
import { type FlagName, flagNames } from './flags.ts';
import { formatHelp } from './help.ts';
import { type Options, toOptions } from './options.ts';
import { type FlagValues, flagsOfEnvironment, flagsOfNpm, readWords } from './read-flags.ts';

export type Invocation =
  | { readonly command: 'help'; readonly text: string }
  | { readonly command: CommandWith<'none'>; readonly options: Options }
  | { readonly command: CommandWith<'lab'>; readonly lab: string; readonly options: Options }
  | {
      readonly command: CommandWith<'optional-lab'>;
      readonly lab: string | undefined;
      readonly options: Options;
    }
  | {
      readonly command: CommandWith<'lab-and-fault'>;
      readonly lab: string;
      readonly fault: string | undefined;
      readonly options: Options;
    }
  | { readonly command: CommandWith<'labs'>; readonly labs: readonly string[]; readonly options: Options }
  | {
      readonly command: CommandWith<'lab-and-probe'>;
      readonly lab: string;
      readonly probe: string | undefined;
      readonly options: Options;
    };

/**
 * @param argv what stands after the script's name.
 * @throws UsageError with one sentence, and the nearest name where there is one.
 */
export function parseArguments(argv: readonly string[], env: NodeJS.ProcessEnv): Invocation {
  const words = readWords(argv);
  const [first, second] = words.operands;
  if (first === undefined) return { command: 'help', text: formatHelp() };
  if (first === 'help') {
    const about = commandNames.find((name) => name === second);
    return { command: 'help', text: formatHelp(about) };
  }
  const { command, operands } = readCommand(first, words.operands.slice(1));
  if (words.flags.help === true) return { command: 'help', text: formatHelp(command) };
  refuseForeign(command, words.flags);
  const elsewhere = { ...flagsOfNpm(env), ...flagsOfEnvironment(env) };
  // Others are for commands that have them. This one means that nothing is to happen, whatever the command.
  if (elsewhere['dry-run'] === true) refuseForeign(command, { 'dry-run': true });
  const flags = { ...only(commandSpec(command).flags, elsewhere, words.flags), ...words.flags };
  return invocation(command, operands, toOptions(command, flags));
}

/** The first word is a command, or the lab of `run`. */
function readCommand(
  first: string,
  others: readonly string[],
): { readonly command: CommandName; readonly operands: readonly string[] } {
  const command = commandNames.find((name) => name === first);
  if (command !== undefined) return { command, operands: others };
  const isNumbered = /\d/.test(first);
  const isNearCommand = nearest(first, commandNames).length > 0;
  if (!isNumbered && (isNearCommand || others.length > 0)) {
    throw new UsageError(`There is no command "${first}"${didYouMean(first, commandNames)}`);
  }
  return { command: 'run', operands: [first, ...others] };
}

function refuseForeign(command: CommandName, flags: FlagValues): void {
  const known = commandSpec(command).flags;
  const foreign = flagNames.find((name) => flags[name] !== undefined && !known.includes(name));
  if (foreign === undefined) return;
  throw new UsageError(
    `\`lab ${command}\` has no --${foreign}; \`npm run lab ${command} -- --help\` lists what it has`,
  );
}

/** Flags of the environment count where the command has them, and give way to their opposite on the command line. */
function only(known: readonly FlagName[], flags: FlagValues, written: FlagValues): FlagValues {
  const opposites: Partial<Record<FlagName, FlagName>> = {
    keep: 'keep-on-failure',
    'keep-on-failure': 'keep',
    reuse: 'fresh',
    fresh: 'reuse',
    quiet: 'verbose',
    verbose: 'quiet',
  };
  return Object.fromEntries(
    known.flatMap((name) => {
      const opposite = opposites[name];
      const overruled = opposite !== undefined && written[opposite] !== undefined;
      return flags[name] === undefined || overruled ? [] : [[name, flags[name]] as const];
    }),
  );
}

function invocation(command: CommandName, operands: readonly string[], options: Options): Invocation {
  const form = commandSpec(command).operands;
  const [first, second] = operands;
  const missing = () =>
    new UsageError(`\`lab ${command}\` needs a lab: npm run lab ${command} ${operandForms[form]}`);
  const atMost = (most: number) => {
    const [extra] = operands.slice(most);
    if (extra === undefined) return;
    throw new UsageError(
      `\`lab ${command}\` takes ${['nothing', 'one lab', form === 'lab-and-probe' ? 'a lab and a probe' : 'a lab and a fault'][most]}; "${extra}" is too much`,
    );
  };
  switch (form) {
    case 'none':
      atMost(0);
      return { command: command as CommandWith<'none'>, options };
    case 'lab':
      atMost(1);
      if (first === undefined) throw missing();
      return { command: command as CommandWith<'lab'>, lab: first, options };
    case 'optional-lab':
      atMost(1);
      return { command: command as CommandWith<'optional-lab'>, lab: first, options };
    case 'lab-and-fault':
      atMost(2);
      if (first === undefined) throw missing();
      return { command: command as CommandWith<'lab-and-fault'>, lab: first, fault: second, options };
    case 'labs':
      if (first === undefined) throw missing();
      return { command: command as CommandWith<'labs'>, labs: operands, options };
    case 'lab-and-probe':
      atMost(2);
      if (first === undefined) throw missing();
      return { command: command as CommandWith<'lab-and-probe'>, lab: first, probe: second, options };
    default:
      return form satisfies never;
  }
}
