/** A person's consent to a change of the machine. */
import type { Consent } from '../../src/host/consent.ts';
import { ask, canAsk, processTerminal, type Terminal } from './ask.ts';

const aboutNpm =
  'npm has kept a --yes for itself, from the command line or ~/.npmrc: to agree beforehand, write -- --yes';

/** With `yes` everything is granted; without it and without a terminal nothing is. */
export function createConsent({
  yes,
  yesOfNpm = false,
  terminal = processTerminal(),
}: {
  readonly yes: boolean;
  /** npm has a `yes` that was perhaps meant for us. */
  readonly yesOfNpm?: boolean;
  readonly terminal?: Terminal;
}): Consent {
  return async ({ what, commands }) => {
    if (yes) return true;
    if (yesOfNpm) terminal.output.write(`${aboutNpm}\n`);
    if (!canAsk(terminal)) return false;
    const question = ['', what, ...commands.map((command) => `  $ ${command}`), 'Go on? [y/N] '].join('\n');
    const answer = await ask(terminal, question);
    return /^\s*y(es)?\s*$/i.test(answer ?? '');
  };
}
