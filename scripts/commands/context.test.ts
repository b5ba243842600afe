import { afterEach, expect, test } from 'vitest';
import { parseArguments } from '../cli/parse.ts';
import { createContext } from './context.ts';

/** A context listens for Ctrl-C, which the tests don't. */
const signals = ['SIGHUP', 'SIGINT', 'SIGTERM'] as const;
const before = signals.flatMap((signal) => process.listeners(signal));
afterEach(() => {
  for (const signal of signals) {
    const added = process.listeners(signal).filter((listener) => !before.includes(listener));
    for (const listener of added) process.off(signal, listener);
  }
});

test.each(['list', 'predict 03-nodeport --json'])(
  'lab %s asks on standard error: standard output may be a pipe or a document',
  (line) => {
    const invocation = parseArguments(line.split(' '), {});
    if (invocation.command === 'help') throw new Error('asked for help');
    const { terminal, reporter } = createContext(invocation.options, {});
    reporter.close();
    expect([terminal.input, terminal.output]).toEqual([process.stdin, process.stderr]);
  },
);
