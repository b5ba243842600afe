/** The commands of `lab`, as data. */
import type { FlagName } from './flags.ts';

/** What stands after a command's name. */
export const operandForms = {
  none: '',
  lab: '<lab>',
  'optional-lab': '[lab]',
  'lab-and-fault': '<lab> [fault]',
  labs: '<lab>…',
  'lab-and-probe': '<lab> [probe]',
} as const;
export type OperandForm = keyof typeof operandForms;

interface CommandSpec {
  readonly group: 'Learn' | 'A cluster that stays' | 'This machine' | 'Write labs';
  readonly operands: OperandForm;
  readonly help: string;
  readonly flags: readonly FlagName[];
}

const look = ['quiet', 'verbose', 'no-color', 'help'] as const satisfies FlagName[];
const report = ['reporter', 'out', 'json', ...look] as const satisfies FlagName[];
const cluster = ['yes', 'reuse', 'fresh', 'proxy-mode', 'network', 'timeout'] as const satisfies FlagName[];
const lasting = ['yes', 'proxy-mode', 'network', 'timeout'] as const satisfies FlagName[];
const run = [
  'keep',
  'keep-on-failure',
  'step',
  'dry-run',
  ...cluster,
  ...report,
] as const satisfies FlagName[];

export const commands = {
  list: {
    group: 'Learn',
    operands: 'none',
    help: 'All labs, and the question that each answers',
    flags: ['json', 'no-color', 'help'],
  },
  run: {
    group: 'Learn',
    operands: 'lab',
    help: 'Run a lab on a real cluster, then clean up (default)',
    flags: ['faults', 'until', ...run],
  },
  all: {
    group: 'Learn',
    operands: 'none',
    help: 'Run every lab in every cell, with its faults',
    flags: run,
  },
  replay: {
    group: 'Learn',
    operands: 'lab',
    help: 'Show a recorded run: no Docker, and never a pass',
    flags: ['proxy-mode', 'network', ...report],
  },
  up: {
    group: 'A cluster that stays',
    operands: 'lab',
    help: 'Make the lab’s cluster, apply, and leave it running',
    flags: [...cluster, ...report],
  },
  check: {
    group: 'A cluster that stays',
    operands: 'lab',
    help: 'Run steps and checks on the cluster that stays',
    flags: ['until', 'step', ...lasting, ...report],
  },
  trace: {
    group: 'A cluster that stays',
    operands: 'lab-and-probe',
    help: 'Follow one packet; compare with the prediction',
    flags: ['wide', 'count', ...cluster, ...report],
  },
  break: {
    group: 'A cluster that stays',
    operands: 'lab-and-fault',
    help: 'Put a fault in place, and see only its symptom',
    flags: [...cluster, ...report],
  },
  hint: {
    group: 'A cluster that stays',
    operands: 'optional-lab',
    help: 'The next hint for the fault: where to look',
    flags: look,
  },
  answer: {
    group: 'A cluster that stays',
    operands: 'optional-lab',
    help: 'The cause of the fault, and how one sees it',
    flags: look,
  },
  fix: {
    group: 'A cluster that stays',
    operands: 'optional-lab',
    help: 'Undo the fault and show that it is gone',
    flags: [...lasting, ...report],
  },
  down: {
    group: 'A cluster that stays',
    operands: 'optional-lab',
    help: 'Remove the clusters that stay, or a lab’s',
    flags: ['yes', ...look],
  },
  doctor: {
    group: 'This machine',
    operands: 'optional-lab',
    help: 'Can labs run here? What is missing, and what helps',
    flags: ['json', ...look],
  },
  setup: {
    group: 'This machine',
    operands: 'none',
    help: 'Install what is missing: Docker, kind, kubectl, images',
    flags: ['yes', 'undo', 'pin', ...report],
  },
  prefetch: {
    group: 'This machine',
    operands: 'optional-lab',
    help: 'Fetch or build images and tools, to be offline later',
    flags: ['yes', ...report],
  },
  gc: {
    group: 'This machine',
    operands: 'none',
    help: 'Remove what runs that crashed have left',
    flags: ['yes', ...look],
  },
  record: {
    group: 'Write labs',
    operands: 'labs',
    help: 'Run labs in every cell and write their evidence',
    flags: [...cluster, ...report],
  },
  predict: {
    group: 'A cluster that stays',
    operands: 'lab-and-probe',
    help: 'The paths of a request, from the API alone',
    flags: ['wide', ...cluster, ...report],
  },
  lint: {
    group: 'Write labs',
    operands: 'optional-lab',
    help: 'Check labs, evidence and chapters against each other',
    flags: ['json', ...look],
  },
} as const satisfies Record<string, CommandSpec>;

export type CommandName = keyof typeof commands;
export const commandNames = Object.keys(commands) as CommandName[];

export const commandSpec = (name: CommandName): CommandSpec => commands[name];

/** The commands with this form of operands. */
export type CommandWith<Form extends OperandForm> = {
  [Name in CommandName]: (typeof commands)[Name]['operands'] extends Form ? Name : never;
}[CommandName];
