/** Help, in 80 columns. */
import { type CommandName, commandNames, commandSpec, operandForms } from './commands.ts';
import { type FlagName, flagSpec } from './flags.ts';

export function formatHelp(command?: CommandName): string {
  return command === undefined ? overview() : commandHelp(command);
}

function overview(): string {
  const groups = Map.groupBy(commandNames, (name) => commandSpec(name).group);
  return [
    'Follow one HTTP request into a Kubernetes pod and back, on a real cluster.',
    '',
    '  npm run lab 03-nodeport                 run a lab (03 or nodeport will do)',
    '  npm run lab <command> [-- <flags>]      do something else',
    '  npm run lab <command> -- --help         its flags',
    ...[...groups].flatMap(([group, names]) => ['', group, ...names.map(commandLine)]),
    '',
    'Exit codes: 0 passed, 1 a check failed, 2 wrong words or lab, 3 this machine',
    "can't, 4 no cluster or image to be had, 5 something of ours could not be removed",
    'or read, 130 Ctrl-C, 129 the terminal was closed.',
    '',
  ].join('\n');
}

const usage = (name: CommandName) =>
  [name, operandForms[commandSpec(name).operands]].filter(Boolean).join(' ');
const commandLine = (name: CommandName) => row(usage(name), commandSpec(name).help, 20);

function commandHelp(name: CommandName): string {
  const spec = commandSpec(name);
  const dashes = spec.flags.length > 0 ? ' [-- <flags>]' : '';
  return [
    `npm run lab ${usage(name)}${dashes}`,
    '',
    `${spec.help}.`,
    '',
    ...spec.flags.map(flagLine),
    '',
    'What stands after -- is for the lab and not for npm. Every flag can be set by',
    'the environment, too: LAB_NO_COLOR=1 is --no-color.',
    '',
  ].join('\n');
}

function flagLine(name: FlagName): string {
  const { short, value, help } = flagSpec(name);
  const names = `${short === undefined ? '    ' : `-${short}, `}--${name}${value === undefined ? '' : ` ${value}`}`;
  return row(names, help, 25);
}

function row(left: string, right: string, width: number): string {
  return `  ${left.padEnd(width)}  ${right}`;
}
