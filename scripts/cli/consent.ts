/** A person's consent to a change of the machine. */
import type { Consent } from '../../src/host/consent.ts';
import { ask, canAsk, processTerminal, type Terminal } from './ask.ts';

/** With `yes` everything is granted; without it and without a terminal nothing is. */
export function createConsent({
  yes,
  terminal = processTerminal(),
}: {
  readonly yes: boolean;
  readonly terminal?: Terminal;
}): Consent {
  return async ({ what, commands }) => {
    if (yes) return true;
    if (!canAsk(terminal)) return false;
    const question = ['', what, ...commands.map((command) => `  $ ${command}`), 'Go on? [y/N] '].join('\n');
    const answer = await ask(terminal, question);
    return /^\s*y(es)?\s*$/i.test(answer ?? '');
  };
}
