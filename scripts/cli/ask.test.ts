import { getEventListeners } from 'node:events';
import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { ask, type Terminal } from './ask.ts';

test('a question leaves nothing behind at the terminal, however many there are', async () => {
  const input = new PassThrough();
  const output = new PassThrough();
  output.on('data', () => input.write('yes\n'));
  const { signal } = new AbortController();
  const terminal = { input, output, signal, hold: () => () => {} } as unknown as Terminal;
  const listeners = () => [input.listenerCount('error'), getEventListeners(signal, 'abort').length];
  expect(await ask(terminal, 'Enter: ')).toBe('yes');
  const after = listeners();
  for (const _ of [1, 2, 3]) expect(await ask(terminal, 'Enter: ')).toBe('yes');
  expect(listeners()).toEqual(after);
  expect(after[1]).toBe(0);
});

test('a terminal that closes is the end of input, during a question and after it', async () => {
  const input = new PassThrough();
  const output = new PassThrough();
  const { signal } = new AbortController();
  const terminal = { input, output, signal, hold: () => () => {} } as unknown as Terminal;
  const closed = new Error('read EIO');
  output.once('data', () => input.emit('error', closed));
  expect(await ask(terminal, 'Enter: ')).toBeUndefined();
  expect(input.emit('error', closed)).toBe(true);
});
