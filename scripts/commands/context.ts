/** What every command is given. */
import { join } from 'node:path';
import type { Consent } from '../../src/host/consent.ts';
import type { Span } from '../../src/host/own-share.ts';
import type { Reporter } from '../../src/lab/events.ts';
import { createReporter } from '../../src/lab/report/create.ts';
import type { Hosts } from '../../src/lab/run/run.ts';
import { processTerminal, type Terminal } from '../cli/ask.ts';
import { createConsent } from '../cli/consent.ts';
import type { Options } from '../cli/options.ts';
import { yesOfNpm } from '../cli/read-flags.ts';
import { createHosts } from '../hosts.ts';

export interface CommandContext {
  readonly hosts: Hosts;
  readonly reporter: Reporter;
  readonly consent: Consent;
  readonly terminal: Terminal;
  readonly options: Options;
  /** Root of the checkout. */
  readonly projectRoot: string;
  /** Text for the person, on standard output. */
  readonly print: (text: string) => void;
}

export function createContext(
  options: Options,
  env: NodeJS.ProcessEnv,
  /** Told when a program ran or a gate was awaited: see `npm run bench`. */
  observe: (span: Span) => void = () => {},
): CommandContext {
  const reporter = observingGates(
    createReporter(
      {
        volume: options.volume,
        colours: options.colours,
        env,
        ...(options.reporter === undefined ? {} : { reporter: options.reporter }),
        ...(options.out === undefined ? {} : { out: options.out }),
      },
      process[options.screen],
    ),
    observe,
  );
  const hosts = createHosts({
    env,
    timeoutS: options.timeoutS,
    notify: (event) => reporter.report(event),
    onInterrupt: () =>
      reporter.report({ type: 'note', text: 'stopping: removing what was made. Ctrl-C again ends at once.' }),
    observe,
  });
  const terminal = processTerminal(hosts.host.signal, () => reporter.hold());
  return {
    hosts,
    reporter,
    consent: createConsent({ yes: options.yes, yesOfNpm: yesOfNpm(env), terminal }),
    terminal,
    options,
    projectRoot: join(import.meta.dirname, '..', '..'),
    print: (text) => process.stdout.write(`${text}\n`),
  };
}

function observingGates(reporter: Reporter, observe: (span: Span) => void): Reporter {
  return {
    ...reporter,
    report: (event) => {
      const endedAt = performance.now();
      if (event.type === 'gate') observe({ startedAt: endedAt - event.durationMs, endedAt });
      reporter.report(event);
    },
  };
}
