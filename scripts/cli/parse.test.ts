import { describe, expect, test } from 'vitest';
import { UsageError } from '../../src/host/errors.ts';
import { commandNames, commandSpec } from './commands.ts';
import { flagNames } from './flags.ts';
import { formatHelp } from './help.ts';
import { type Invocation, parseArguments } from './parse.ts';

const parse = (line: string, env: NodeJS.ProcessEnv = {}) =>
  parseArguments(line.split(' ').filter(Boolean), env);
const options = (line: string, env: NodeJS.ProcessEnv = {}) => {
  const invocation = parse(line, env);
  if (invocation.command === 'help') throw new Error('asked for help');
  return invocation.options;
};
const messageOf = (act: () => Invocation) => {
  try {
    return JSON.stringify(act());
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
};

describe('the command', () => {
  test.each([
    ['03-nodeport', { command: 'run', lab: '03-nodeport' }],
    ['nodeport --keep', { command: 'run', lab: 'nodeport' }],
    ['run 03', { command: 'run', lab: '03' }],
    ['all', { command: 'all' }],
    ['break 03 wrong-selector', { command: 'break', lab: '03', fault: 'wrong-selector' }],
    ['break 03', { command: 'break', lab: '03', fault: undefined }],
    ['hint', { command: 'hint', lab: undefined }],
    ['doctor 03 --json', { command: 'doctor', lab: '03' }],
    ['record 03 07', { command: 'record', labs: ['03', '07'] }],
    ['predict 03-nodeport', { command: 'predict', lab: '03-nodeport', probe: undefined }],
    ['trace 03-nodeport entry', { command: 'trace', lab: '03-nodeport', probe: 'entry' }],
  ])('lab %s', (line, invocation) => {
    expect(parse(line)).toMatchObject(invocation);
  });

  test.each(['', '--help', 'help', '-h'])('"lab %s" is a cry for help', (line) => {
    expect(parse(line)).toEqual({ command: 'help', text: formatHelp() });
  });

  test('has help of its own', () => {
    expect(parse('record --help')).toEqual({ command: 'help', text: formatHelp('record') });
    expect(parse('help record')).toEqual({ command: 'help', text: formatHelp('record') });
  });
});

describe('flags', () => {
  test('without any, nothing is kept, nothing is agreed to, and the first cell runs', () => {
    expect(options('03')).toEqual({
      yes: false,
      keep: 'never',
      cluster: 'any',
      cells: { proxyMode: 'first', podNetwork: 'first' },
      faults: false,
      until: undefined,
      dryRun: false,
      step: false,
      timeoutS: undefined,
      reporter: undefined,
      out: undefined,
      json: false,
      screen: 'stdout',
      wide: false,
      count: 1,
      undo: false,
      pin: false,
      volume: 'normal',
      colours: true,
    });
  });

  test.each([
    [
      '03 --yes --keep --proxy-mode nftables',
      { yes: true, keep: 'always', cells: { proxyMode: 'nftables', podNetwork: 'first' } },
    ],
    ['05 --network bgp', { cells: { proxyMode: 'first', podNetwork: 'bgp' } }],
    [
      '03 -yq --keep-on-failure --fresh',
      { yes: true, volume: 'quiet', keep: 'on-failure', cluster: 'fresh' },
    ],
    ['03 --until ask-worker --timeout=90s', { until: 'ask-worker', timeoutS: 90 }],
    ['03 --reporter=junit --out report.xml', { reporter: 'junit', out: 'report.xml' }],
    ['03 --json', { json: true, reporter: 'jsonl' }],
    ['03 --dry-run --step --no-color -v', { dryRun: true, step: true, colours: false, volume: 'verbose' }],
    ['all', { cells: { proxyMode: 'all', podNetwork: 'all' }, faults: true }],
    ['record 03', { cells: { proxyMode: 'all', podNetwork: 'all' }, faults: true }],
    ['setup --undo', { undo: true }],
  ])('lab %s', (line, expected) => {
    expect(options(line)).toMatchObject(expected);
  });

  test('may come from the environment, and give way to the command line', () => {
    expect(options('03', { LAB_KEEP: '1', LAB_PROXY_MODE: 'nftables', LAB_QUIET: '0' })).toMatchObject({
      keep: 'always',
      cells: { proxyMode: 'nftables' },
      volume: 'normal',
    });
    expect(
      options('03 --proxy-mode iptables --keep-on-failure', { LAB_KEEP: '1', LAB_PROXY_MODE: 'all' }),
    ).toMatchObject({ keep: 'on-failure', cells: { proxyMode: 'iptables' } });
  });

  test('that npm swallowed count, where the command has them', () => {
    const env = {
      npm_config_yes: 'true',
      npm_config_keep: 'true',
      npm_config_color: '',
      npm_config_out: 'x.xml',
    };
    expect(options('03', env)).toMatchObject({ yes: false, keep: 'always', colours: false, out: 'x.xml' });
    expect(options('03', { npm_config_yes: '', npm_config_keep: 'false' })).toMatchObject({
      yes: false,
      keep: 'never',
    });
    expect(options('list', env)).toMatchObject({ yes: false, keep: 'never' });
  });

  test('--yes is no consent where npm has it for itself, as with yes=true in ~/.npmrc', () => {
    expect(options('03', { npm_config_yes: 'true' })).toMatchObject({ yes: false });
    expect(options('03', { LAB_YES: '1' })).toMatchObject({ yes: true });
  });

  test.each([
    ['up 03', { npm_config_dry_run: 'true' }],
    ['setup', { LAB_DRY_RUN: '1' }],
    ['record 03', { LAB_DRY_RUN: '1' }],
    ['gc', { npm_config_dry_run: 'true' }],
  ])('--dry-run is never dropped: lab %s has none and says so', (line, env) => {
    expect(messageOf(() => parse(line, env))).toMatch(/^`lab \w+` has no --dry-run;/);
    expect(options('03', env)).toMatchObject({ dryRun: true });
  });

  test('whose value npm has lost are an error that says how to write them', () => {
    expect(messageOf(() => parse('03 nftables', { npm_config_proxy_mode: 'true' }))).toBe(
      'npm has taken --proxy-mode for itself; put -- before it: npm run lab … -- --proxy-mode MODE',
    );
  });
});

describe('wrong words are one sentence', () => {
  test.each([
    ['dcotor', 'There is no command "dcotor"; did you mean doctor?'],
    ['rnu 03', 'There is no command "rnu"'],
    ['run', '`lab run` needs a lab: npm run lab run <lab>'],
    ['list 03', '`lab list` takes nothing; "03" is too much'],
    ['03 04', '`lab run` takes one lab; "04" is too much'],
    ['03 --keeep', 'There is no flag --keeep; did you mean --keep?'],
    ['03 --xyzzy', 'There is no flag --xyzzy'],
    ['03 -x', 'There is no flag -x'],
    ['doctor --keep', '`lab doctor` has no --keep; `npm run lab doctor -- --help` lists what it has'],
    ['03 --proxy-mode ipvs', '--proxy-mode is iptables, nftables, all, not "ipvs"'],
    ['03 --reporter jsnol', '--reporter is tty, plain, jsonl, junit, not "jsnol"; did you mean jsonl?'],
    ['03 --until', '--until needs a value: --until STEP'],
    ['03 --yes=no', '--yes takes no value, but got "no"'],
    ['03 --timeout soon', '--timeout is a number of seconds, not "soon"'],
    ['03 --keep --keep-on-failure', '--keep and --keep-on-failure contradict each other; give one of them'],
  ])('lab %s', (line, message) => {
    expect(messageOf(() => parse(line))).toBe(message);
  });
});

describe('help', () => {
  test('fits 80 columns and names every command', () => {
    for (const text of [formatHelp(), ...commandNames.map((name) => formatHelp(name))]) {
      expect(text.split('\n').filter((line) => line.length > 80)).toEqual([]);
    }
    for (const name of commandNames) expect(formatHelp()).toMatch(new RegExp(`^ {2}${name}\\b`, 'm'));
  });

  test('every flag belongs to a command', () => {
    const used = new Set(commandNames.flatMap((name) => commandSpec(name).flags));
    expect(flagNames.filter((name) => !used.has(name))).toEqual([]);
  });
});
