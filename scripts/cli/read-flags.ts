/** Where the value of a flag comes from: the command line, then LAB_…, then what npm has swallowed. */
import { parseArgs } from 'node:util';
import { UsageError } from '../../src/host/errors.ts';
import { didYouMean } from '../../src/lab/nearest.ts';
import { type FlagName, flagNames, flagSpec } from './flags.ts';

export type FlagValues = { readonly [Name in FlagName]?: string | boolean };

export interface Words {
  /** What stands on the command line and is no flag. */
  readonly operands: readonly string[];
  readonly flags: FlagValues;
}

/** @throws UsageError for an unknown flag, or a value that is missing or too much. */
export function readWords(argv: readonly string[]): Words {
  const { tokens } = parseArgs({
    args: [...argv],
    options: Object.fromEntries(
      flagNames.map((name) => {
        const { short, value } = flagSpec(name);
        return [
          name,
          { type: value === undefined ? 'boolean' : 'string', ...(short === undefined ? {} : { short }) },
        ] as const;
      }),
    ),
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const operands: string[] = [];
  const flags: Partial<Record<FlagName, string | boolean>> = {};
  for (const token of tokens) {
    if (token.kind === 'positional') operands.push(token.value);
    if (token.kind !== 'option') continue;
    const name = flagNames.find((known) => known === token.name);
    if (name === undefined) {
      const near = didYouMean(token.name, flagNames.map(String)).replace(/mean (.*)\?/, 'mean --$1?');
      throw new UsageError(`There is no flag ${token.rawName}${near.replaceAll(' or ', ' or --')}`);
    }
    flags[name] = readValue(name, token.value, token.rawName);
  }
  return { operands, flags };
}

function readValue(name: FlagName, value: string | undefined, written: string): string | boolean {
  const { value: placeholder } = flagSpec(name);
  if (placeholder === undefined) {
    if (value === undefined) return true;
    throw new UsageError(`${written} takes no value, but got "${value}"`);
  }
  if (value !== undefined && value !== '') return value;
  throw new UsageError(`${written} needs a value: ${written} ${placeholder}`);
}

/** LAB_KEEP_ON_FAILURE=1; `0`, `false` and nothing are off. */
export function flagsOfEnvironment(env: NodeJS.ProcessEnv): FlagValues {
  return collect((name) => {
    const variable = `LAB_${name.toUpperCase().replaceAll('-', '_')}`;
    const text = env[variable];
    if (text === undefined || text === '') return undefined;
    return flagSpec(name).value === undefined ? isOn(text) : text;
  });
}

/**
 * `npm run lab 03 --keep` reaches us as npm_config_keep=true, because npm takes flags that do not stand after
 * `--`. Of a flag with a value it keeps `true` only, unless it was written with `=`. Its `yes` is no consent: it may
 * stand in ~/.npmrc, where it was meant for npx (see {@link yesOfNpm}).
 */
export function flagsOfNpm(env: NodeJS.ProcessEnv): FlagValues {
  return collect((name) => {
    if (name === 'yes') return undefined;
    // npm makes `color=` from --no-color, where it is empty for false.
    if (name === 'no-color') return env.npm_config_color === '' ? true : undefined;
    const text = env[`npm_config_${name.replaceAll('-', '_')}`];
    if (text === undefined || text === '') return undefined;
    const { value } = flagSpec(name);
    if (value === undefined) return isOn(text);
    if (text !== 'true') return text;
    throw new UsageError(
      `npm has taken --${name} for itself; put -- before it: npm run lab … -- --${name} ${value}`,
    );
  });
}

/** npm was told `yes`: on the command line without `--` before it, or for itself in ~/.npmrc. Nobody can tell which. */
export const yesOfNpm = (env: NodeJS.ProcessEnv): boolean => isOn(env.npm_config_yes || 'false');

const isOn = (text: string) => !['0', 'false', 'no'].includes(text.toLowerCase());

function collect(read: (name: FlagName) => string | boolean | undefined): FlagValues {
  return Object.fromEntries(
    flagNames.flatMap((name) => {
      const value = name === 'help' ? undefined : read(name);
      return value === undefined ? [] : [[name, value] as const];
    }),
  );
}
