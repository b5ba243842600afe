/** Chooses the reporters of a run. */
import { closeSync, openSync, writeSync } from 'node:fs';
import { UsageError } from '../../host/errors.ts';
import type { Reporter } from '../events.ts';
import { createJsonlReporter } from './jsonl.ts';
import { createJunitReporter } from './junit.ts';
import type { Volume } from './lines.ts';
import { descriptorOutput, type OnLost, type Output } from './output.ts';
import { createPaint, wantsColours } from './paint.ts';
import { createPlainReporter } from './plain.ts';
import { createTtyReporter } from './tty.ts';

export const reporterNames = ['tty', 'plain', 'jsonl', 'junit'] as const;
export type ReporterName = (typeof reporterNames)[number];

export interface ReportOptions {
  /** Default: `tty` on a terminal, else `plain`. */
  readonly reporter?: ReporterName;
  /** File for the report; the terminal then shows the text as well. */
  readonly out?: string;
  readonly volume: Volume;
  /** `false` for --no-color. */
  readonly colours: boolean;
  readonly env: NodeJS.ProcessEnv;
}

/**
 * What is lost of a report is said once on standard error, and `lost` knows of it at the end.
 *
 * @throws UsageError when the file can't be written; asked for before the run, not after it.
 */
export function createReporter(
  options: ReportOptions,
  stdout: NodeJS.WriteStream & { fd: number } = process.stdout,
): Reporter {
  const terminal = stdout.isTTY === true && options.env.TERM !== 'dumb';
  const onScreen = terminal ? 'tty' : 'plain';
  let isLost = false;
  const losing = (name: string) => (cause: string) => {
    isLost = true;
    warn(`${name} can't be written any more, and the rest of it is lost: ${cause}`);
  };
  const lost = () => isLost;
  const screen = descriptorOutput(stdout, losing('the report'));
  if (options.out === undefined)
    return { ...make(options.reporter ?? onScreen, screen, terminal, options), lost };
  const file = openFile(options.out, losing(`--out ${options.out}`));
  const toFile = make(options.reporter ?? 'plain', file.output, false, options);
  const toScreen = make(onScreen, screen, terminal, options);
  return {
    report(event) {
      toFile.report(event);
      toScreen.report(event);
    },
    hold: toScreen.hold,
    close() {
      toScreen.close();
      toFile.close();
      file.close();
    },
    lost,
  };
}

/** At once, as reports are; and where standard error is gone as well, nobody is left to tell. */
function warn(text: string): void {
  try {
    writeSync(process.stderr.fd, `${text}\n`);
  } catch {
    // See above.
  }
}

function make(name: ReporterName, output: Output, terminal: boolean, options: ReportOptions): Reporter {
  const coloured = wantsColours({ flag: options.colours, env: options.env, terminal });
  const text = { volume: options.volume, paint: createPaint(coloured) };
  switch (name) {
    case 'tty':
      return createTtyReporter(output, text);
    case 'plain':
      return createPlainReporter(output, { ...text, paint: createPaint(false) });
    case 'jsonl':
      return createJsonlReporter(output);
    case 'junit':
      return closedAtExit(createJunitReporter((xml) => output.write(xml)));
    default:
      return name satisfies never;
  }
}

/** A report that is written as a whole is written also when the process ends early. */
function closedAtExit(reporter: Reporter): Reporter {
  const close = () => reporter.close();
  process.once('exit', close);
  return {
    report: reporter.report,
    hold: reporter.hold,
    close() {
      process.off('exit', close);
      close();
    },
  };
}

function openFile(path: string, onLost: OnLost): { readonly output: Output; close(): void } {
  try {
    const fd = openSync(path, 'w');
    return { output: descriptorOutput({ fd, columns: 80, rows: 24 }, onLost), close: () => closeSync(fd) };
  } catch (error) {
    throw new UsageError(`--out ${path} can't be written: ${(error as Error).message}`, { cause: error });
  }
}
