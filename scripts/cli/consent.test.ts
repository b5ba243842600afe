import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { InterruptedError } from '../../src/host/errors.ts';
import type { Terminal } from './ask.ts';
import { createConsent } from './consent.ts';

const request = { what: 'Docker will be installed.', commands: ['apt-get install docker.io'] };

/** A person who types this when asked. */
function person(typed: string | undefined, isTTY = true) {
  const stop = new AbortController();
  const input = new PassThrough();
  const output = new PassThrough();
  const read: string[] = [];
  output.on('data', (chunk) => {
    read.push(String(chunk));
    if (typed !== undefined) input.end(typed);
  });
  const terminal = {
    input: Object.assign(input, { isTTY }),
    output: Object.assign(output, { isTTY }),
    signal: stop.signal,
    hold: () => () => {},
  } as unknown as Terminal;
  return { terminal, read, stop };
}

test('with --yes nobody is asked', async () => {
  const { terminal, read } = person(undefined);
  expect(await createConsent({ yes: true, terminal })(request)).toBe(true);
  expect(read).toEqual([]);
});

test('a --yes that npm has kept agrees to nothing, and the person is told how to write it', async () => {
  const { terminal, read } = person('n\n', false);
  expect(await createConsent({ yes: false, yesOfNpm: true, terminal })(request)).toBe(false);
  expect(read.join('')).toMatch(/ write -- --yes\n$/);
});

test('without a terminal nothing is granted', async () => {
  expect(await createConsent({ yes: false, terminal: person('y\n', false).terminal })(request)).toBe(false);
});

test.each([
  ['y\n', true],
  [' YES \n', true],
  ['n\n', false],
  ['\n', false],
  ['yesterday\n', false],
  ['', false],
])('a person who types %j is taken at their word', async (typed, granted) => {
  const { terminal, read } = person(typed);
  expect(await createConsent({ yes: false, terminal })(request)).toBe(granted);
  expect(read.join('')).toBe('\nDocker will be installed.\n  $ apt-get install docker.io\nGo on? [y/N] ');
});

test('Ctrl-C ends the question', async () => {
  const { terminal, stop } = person(undefined);
  const asked = createConsent({ yes: false, terminal })(request);
  stop.abort(new InterruptedError('SIGINT'));
  await expect(asked).rejects.toThrow('stopped by SIGINT');
});
